import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { type HttpSink, startHttpSink, type TakenRequest } from '../../tools/support/http-sink.ts';
import { type MailSink, startMailSink } from '../../tools/support/mail-sink.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { entriesOf, sendWebhook, settledEvent, type TestEvent } from '../support/events.ts';
import { deliverTo, makeEndpoint, makeRule, makeSource } from '../support/factories.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import type { StoreKind } from '../support/test-store.ts';

const pullRequest = {
  action: 'opened',
  number: 12345678901234,
  pull_request: { title: 'Add <b>bold</b> & "quotes"', base: { ref: 'main' } },
};
const body = `{"big":12345678901234567890,${JSON.stringify(pullRequest).slice(1)}`;

const textHeaders = ({ headers }: TakenRequest) => headers as Record<string, string>;

/** A webhook on its way to everything that it may cause, with the program on this store. */
export function describeWholeWay(store: StoreKind): void {
  let sink: HttpSink;
  let mailSink: MailSink;
  let signalbox: TestSignalbox;
  beforeAll(async () => {
    sink = await startHttpSink();
    mailSink = await startMailSink();
    signalbox = await runSignalbox({
      store,
      settings: { SMTP_URL: mailSink.url, MAIL_FROM: 'Signalbox <box@example.com>' },
    });
  }, 30_000);
  afterAll(async () => {
    await signalbox.stop();
    await sink.close();
    await mailSink.close();
  });

  const deliveredTo = (path: string) =>
    waitFor(`a delivery to ${path}`, () => sink.taken.find((request) => request.path === path));

  describe(`a webhook on its whole way through ${store}`, () => {
    const traceId = randomBytes(16).toString('hex');
    let eventId: string;
    let ruleId: string;
    let missedRuleId: string;
    let secret: string;
    let event: TestEvent;

    beforeAll(async () => {
      const { api, url } = signalbox;
      const source = await makeSource(api);
      const endpoint = await makeEndpoint(api, `${sink.url}/orders`);
      secret = endpoint.secret;
      const mail = {
        kind: 'email',
        to: ['ops@example.com', 'dev@example.com'],
        subject: 'PR {{ event.data.number }} by {{ rule.name }}',
        text: '{{ event.data.pull_request.title }}',
        html: '<p>{{ event.data.pull_request.title }}</p>',
      };
      const mainOnly = { path: 'pull_request.base.ref', equals: 'main' };
      ({ id: ruleId } = await makeRule(api, [deliverTo(endpoint), mail], {
        name: 'PRs to main',
        match: { types: ['github.push'], sources: [source.id], data: [mainOnly] },
      }));
      ({ id: missedRuleId } = await makeRule(api, [deliverTo(endpoint)], {
        match: { types: ['github.*'], data: [{ ...mainOnly, equals: 'dev' }] },
      }));
      const headers = { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
      eventId = await sendWebhook(url, source, 'github', { body, headers });
      event = await settledEvent(api, eventId, ['delivery', 'notification']);
    }, 30_000);

    it('leaves as a signed webhook that carries the event as it came', async () => {
      const request = await deliveredTo('/orders');
      new Webhook(secret).verify(request.body.toString(), textHeaders(request));
      expect(() =>
        new Webhook(secret).verify(`${request.body.toString()} `, textHeaders(request)),
      ).toThrow();
      expect(request.headers).toMatchObject({
        'webhook-id': eventId,
        'content-type': 'application/cloudevents+json',
        'user-agent': expect.stringMatching(/^Signalbox\/\d/),
      });
      // Spliced in as bytes: a number that no double can hold is still there.
      expect(request.body.toString()).toContain(`"data":${body}`);
      expect(JSON.parse(request.body.toString())).toMatchObject({
        specversion: '1.0',
        id: eventId,
        type: 'github.push',
        data: pullRequest,
      });
    });

    it('leaves as a mail from its template, escaped where it is HTML', async () => {
      const [mail] = await waitFor('a mail', () => mailSink.mails.length > 0 && mailSink.mails);
      expect(mail).toMatchObject({
        subject: 'PR 12345678901234 by PRs to main',
        text: expect.stringContaining('Add <b>bold</b> & "quotes"'),
        html: expect.stringContaining(
          '<p>Add &lt;b&gt;bold&lt;/b&gt; &amp; &quot;quotes&quot;</p>',
        ),
      });
      expect(mail?.from?.text).toContain('box@example.com');
      expect([mail?.to].flat().flatMap((to) => to?.value.map(({ address }) => address))).toEqual([
        'ops@example.com',
        'dev@example.com',
      ]);
      expect(mail?.headers.get('x-signalbox-event-id')).toBe(eventId);
    });

    it('is one trace, from the sender to the delivery and the mail', async () => {
      const { headers } = await deliveredTo('/orders');
      expect(headers['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
      expect(mailSink.mails[0]?.headers.get('traceparent')).toContain(traceId);
      expect(event.correlationId).toBe(traceId);
    });

    it('is told by its timeline: what matched, what did not and why, what was sent', () => {
      expect(event).toMatchObject({ id: eventId, type: 'github.push', data: pullRequest });
      expect(event.timeline[0]?.kind).toBe('webhook-received');
      expect(entriesOf(event, 'rule-matched')).toMatchObject([{ ruleId, ruleName: 'PRs to main' }]);
      expect(entriesOf(event, 'rule-not-matched')).toMatchObject([
        { ruleId: missedRuleId, because: 'data pull_request.base.ref is "main", not "dev"' },
      ]);
      expect(entriesOf(event, 'delivery')).toMatchObject([
        { state: 'delivered', ruleId, attempts: [{ status: 200 }] },
      ]);
      expect(entriesOf(event, 'notification')).toMatchObject([{ state: 'sent', ruleId }]);
    });

    it('is delivered once, whatever number of rules ask for it', async () => {
      const source = await makeSource(signalbox.api);
      const endpoint = await makeEndpoint(signalbox.api, `${sink.url}/once`);
      for (let rules = 0; rules < 3; rules++) {
        await makeRule(signalbox.api, [deliverTo(endpoint)], { match: { sources: [source.id] } });
      }
      const id = await sendWebhook(signalbox.url, source);
      const settled = await settledEvent(signalbox.api, id);
      expect(entriesOf(settled, 'rule-matched')).toHaveLength(3);
      expect(entriesOf(settled, 'delivery')).toHaveLength(1);
      expect(sink.taken.filter(({ path }) => path === '/once')).toHaveLength(1);
    });
  });

  describe(`an endpoint, on ${store}`, () => {
    it('gets the bytes themselves when it asks for them', async () => {
      const source = await makeSource(signalbox.api);
      const endpoint = await makeEndpoint(signalbox.api, `${sink.url}/raw`, {
        payloadFormat: 'raw',
      });
      await makeRule(signalbox.api, [deliverTo(endpoint)], { match: { sources: [source.id] } });
      await sendWebhook(signalbox.url, source, 'github', { body });
      const request = await deliveredTo('/raw');
      expect(request.headers['content-type']).toBe('application/json');
      expect(request.body.toString()).toBe(body);
      new Webhook(endpoint.secret).verify(request.body.toString(), textHeaders(request));
    });

    it('gets a signature of each secret while they rotate', async () => {
      const { api, url } = signalbox;
      const source = await makeSource(api);
      const endpoint = await makeEndpoint(api, `${sink.url}/rotated`);
      await makeRule(api, [deliverTo(endpoint)], { match: { sources: [source.id] } });
      const { value: newSecret } = await api.post<{ value: string }>(
        `/v1/endpoints/${endpoint.id}/secrets`,
        {},
      );
      await sendWebhook(url, source);
      const request = await deliveredTo('/rotated');
      for (const secret of [endpoint.secret, newSecret]) {
        new Webhook(secret).verify(request.body.toString(), textHeaders(request));
      }
    });

    it('is sent nothing that its rule was told not to send any more', async () => {
      const { api, url } = signalbox;
      const source = await makeSource(api);
      const endpoint = await makeEndpoint(api, `${sink.url}/silent`);
      const rule = await makeRule(api, [deliverTo(endpoint)], { match: { sources: [source.id] } });
      await api.call('PATCH', `/v1/rules/${rule.id}`, { state: 'disabled' });
      const first = await settledEvent(api, await sendWebhook(url, source));
      await api.call('PATCH', `/v1/rules/${rule.id}`, { state: 'enabled' });
      const second = await sendWebhook(url, source);
      await settledEvent(api, second);
      const sent = sink.taken.filter(({ path }) => path === '/silent');
      expect(sent.map(({ headers }) => headers['webhook-id'])).toEqual([second]);
      expect(entriesOf(first, 'rule-matched')).toEqual([]);
    });
  });
}
