import { DomainError } from '#shared-kernel/domain/domain-error.js';
import {
  compileMailTemplate,
  type MailTemplate,
  type MailView,
  renderMail,
  type RenderedMail,
} from './mail-template.js';

const plain: MailTemplate = { subject: 's', text: 't' };
const bytesMax = 256 * 1024;

function aView(data: unknown = {}): MailView {
  return {
    event: {
      id: 'evt_1',
      type: 'github.push',
      source: '/octo',
      subject: null,
      time: '2026-01-02T03:04:05.000Z',
      data,
    },
    rule: { id: 'rul_1', name: 'Pushes' },
  };
}

function render(template: Partial<MailTemplate>, data?: unknown): RenderedMail {
  return renderMail(compileMailTemplate({ ...plain, ...template }), aView(data));
}

function failureOf(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function templateFaults(template: Partial<MailTemplate>): string[] {
  const failure = failureOf(() => compileMailTemplate({ ...plain, ...template }));
  expect(failure.code).toBe('notifications.invalid-template');
  return (failure.fields ?? []).map(({ path, fault }) => `${path}: ${fault}`);
}

describe('rendering a mail', () => {
  it('fills in the event and the rule, and shows missing values as nothing', () => {
    const mail = render(
      {
        subject: '{{ rule.name }}: {{ event.data.ref | split: "/" | last }}',
        text: '{% for c in event.data.commits %}- {{ c.id }}{% endfor %}[{{ event.data.no.such }}]',
      },
      { ref: 'refs/heads/main', commits: [{ id: 1 }, { id: 2 }] },
    );
    expect(mail).toEqual({ subject: 'Pushes: main', text: '- 1- 2[]', html: null });
  });

  it('prints lists, nothings and captured texts as Liquid does', () => {
    const text = '{% capture a %}<{{ event.data.list }}>{% endcapture %}{{ a }}{{ event.subject }}';
    expect(render({ text }, { list: [1, ['b', null]] }).text).toBe('<1b>');
  });

  it('prints objects as JSON, also when they carry hostile keys', () => {
    const data: unknown = JSON.parse('{"toString":1,"a":[{"b":true}],"n":1.5}');
    const source = '{{ event.data }} {{ event.data.a }} {{ event.data.n }} {{ event.data.a[0].b }}';
    const mail = render({ text: source, html: source }, data);
    const text = '{"toString":1,"a":[{"b":true}],"n":1.5} {"b":true} 1.5 true';
    expect(mail.text).toBe(text);
    expect(mail.html).toBe(text.replaceAll('"', '&quot;'));
  });

  it('knows the webhook when there is one', () => {
    const compiled = compileMailTemplate({ ...plain, text: '{{ webhook.provider }}' });
    expect(renderMail(compiled, { ...aView(), webhook: { provider: 'github' } }).text).toBe(
      'github',
    );
    expect(renderMail(compiled, aView()).text).toBe('');
  });

  it('writes dates in UTC and in English, wherever it runs', () => {
    const text = '{{ event.time | date: "%A %d %B %H:%M %z" }}';
    expect(render({ text }).text).toBe('Friday 02 January 03:04 +0000');
  });

  it('escapes values for HTML in the HTML part only, unless they are called raw', () => {
    const source = '{{ event.data.title }}';
    const data = { title: `<b onclick='x' class="y">&` };
    const mail = render({ subject: source, text: source, html: `<p>${source}</p>` }, data);
    expect(mail.text).toBe(data.title);
    expect(mail.subject).toBe(data.title);
    expect(mail.html).toBe('<p>&lt;b onclick=&#39;x&#39; class=&quot;y&quot;&gt;&amp;</p>');
    expect(render({ html: '{{ event.data.title | raw }}' }, data).html).toBe(data.title);
  });

  it('reads own properties only', () => {
    const text =
      '{{ event.data.constructor.name }}{{ event.constructor }}{{ event.data.toString }}';
    expect(render({ text }, {}).text).toBe('');
  });

  it('makes the subject one line, whatever is in the data', () => {
    const title = 'a\r\nBcc: evil@example.org\u2028b\u0000\tc\u0085';
    const { subject } = render({ subject: ' {{ event.data.title }}' }, { title });
    expect(subject).toBe('a Bcc: evil@example.org b c');
  });
});

describe('parts that grow too long', () => {
  it('cuts the subject within 900 bytes, between two characters', () => {
    const { subject } = render({ subject: '{{ event.data.t }}' }, { t: `a${'é€😀'.repeat(200)}` });
    expect(Buffer.byteLength(subject)).toBeLessThanOrEqual(900);
    expect(Buffer.byteLength(subject)).toBeGreaterThan(900 - 4);
    expect(subject).toMatch(/^a(é€😀)+.*…$/u);
    expect(subject).not.toContain('\ufffd');
  });

  it('cuts text at 256 KiB, says so, and leaves a text of exactly that size alone', () => {
    const text = '{{ event.data.t }}';
    const whole = 'x'.repeat(bytesMax);
    expect(render({ text }, { t: whole }).text).toBe(whole);
    const cut = render({ text }, { t: `${whole}x` }).text;
    expect(Buffer.byteLength(cut)).toBe(bytesMax);
    expect(cut).toMatch(/x\n\[The rest did not fit into this mail\.]\n$/);
  });

  it('ends a template that would print without end as soon as the mail is full', () => {
    const text = '{% for i in (1..1000000) %}{{ event.data.t }}{% endfor %}';
    const cut = render({ text }, { t: 'x'.repeat(200_000) }).text;
    expect(Buffer.byteLength(cut)).toBe(bytesMax);
  });

  it('repairs half characters, which no mail could carry', () => {
    expect(render({ text: '{{ event.data.t }}' }, { t: 'a\ud83d' }).text).toBe('a\ufffd');
  });
});

describe('templates that are refused', () => {
  it('names each part with line and column', () => {
    expect(
      templateFaults({ subject: '{{ a', text: 'x\n {% if a %}', html: '{{ a | nosuch }}' }),
    ).toEqual([
      'subject: output "{{ a" not closed, line:1, col:1',
      'text: tag {% if a %} not closed, line:2, col:2',
      'html: undefined filter: nosuch, line:1, col:1',
    ]);
  });

  it('puts a prefix before the paths', () => {
    const compile = () => compileMailTemplate({ ...plain, text: '{{' }, 'actions.1.');
    expect(failureOf(compile).fields?.[0]?.path).toBe('actions.1.text');
  });

  it.each([
    '{% include "package.json" %}',
    '{% render "package.json" %}',
    '{% layout "package.json" %}',
    '{% block a %}{% endblock %}',
    '{{ event.data | sample }}',
  ])('has neither files nor chance: %s', (text) => {
    expect(templateFaults({ text })).toHaveLength(1);
  });

  it('has at most 100,000 characters and a nesting that can be read', () => {
    expect(templateFaults({ text: 'x'.repeat(100_001) })[0]).toContain('parse length limit');
    const nested = '{%if 1%}'.repeat(12_000);
    expect(templateFaults({ text: nested })).toHaveLength(1);
  });
});

describe('templates that cannot be rendered', () => {
  it.each([
    [
      'a doubling capture',
      '{% for i in (1..60) %}{% capture a %}x{{a}}{{a}}{% endcapture %}{% endfor %}',
    ],
    [
      'a doubling append',
      '{% assign a = "xx" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}',
    ],
    ['a huge range', '{% for i in (1..1000000000) %}{% endfor %}'],
    ['endless work', '{% for i in (1..9999) %}{% for j in (1..9999) %}{% endfor %}{% endfor %}'],
    ['a value that has no text', '{{ event.data | append: "x" }}'],
  ])('stops at %s', (_, text) => {
    const data: unknown = { toString: 1, valueOf: 1 };
    const failure = failureOf(() => render({ text }, data));
    expect(failure.code).toBe('notifications.render-failed');
    expect(failure.fields?.[0]?.path).toBe('text');
  });

  it('stays quick on texts that make careless patterns slow', () => {
    const filters = [
      'strip',
      'strip_html',
      'squish',
      'truncatewords: 3',
      'escape',
      'newline_to_br',
    ];
    const text = filters.map((filter) => `{{ event.data.t | ${filter} | size }}`).join(' ');
    const t = `x${' \t'.repeat(100_000)}${'<script<!--&'.repeat(10_000)}x`;
    expect(render({ text }, { t }).text).toMatch(/^\d+( \d+){5}$/);
  });
});
