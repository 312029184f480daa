import { randomBytes } from 'node:crypto';
import { logFields } from '#shared-kernel/observability/names.js';
import { ApiClient } from '../../tools/support/api-client.ts';
import { startHttpSink } from '../../tools/support/http-sink.ts';
import { startMailSink } from '../../tools/support/mail-sink.ts';
import { startProcess } from '../../tools/support/signalbox-process.ts';
import { ensureBuilt } from '../support/built-program.ts';
import { sendWebhook, settledEvent } from '../support/events.ts';
import { deliverTo, makeApiKey, makeEndpoint, makeRule, makeSource } from '../support/factories.ts';
import { sourceSecret } from '../support/factories.ts';
import { request } from '../support/request.ts';

type Line = Readonly<Record<string, unknown>>;

describe('everything that the program writes in a run', () => {
  const traceId = randomBytes(16).toString('hex');
  const planted: Record<string, string> = {
    "the sender's own password": 'planted-sender-password',
    'a wrong API key': `sbx_${'0'.repeat(32)}_${'planted'.padEnd(43, 'x')}`,
    'a body': 'planted-in-a-body',
    'the secret of a source': sourceSecret,
  };
  let output: string;
  let lines: Line[];

  beforeAll(async () => {
    await ensureBuilt();
    const sink = await startHttpSink((_request, index) => (index === 0 ? 500 : 200));
    const mailSink = await startMailSink();
    const smtpUrl = mailSink.url.replace('//', '//mailer:planted-smtp-password@');
    planted['the password of the mail server'] = 'planted-smtp-password';
    const program = await startProcess({
      settings: {
        LOG_LEVEL: 'debug',
        SMTP_URL: smtpUrl,
        OUTBOUND_ALLOWED_RANGES: '127.0.0.0/8',
        DISK_FREE_BYTES_MIN: '0',
        SECRET_KEY: (planted['the key of the secrets'] = randomBytes(32).toString('base64')),
      },
    });
    planted['the first API key'] = program.apiKey;
    const api = new ApiClient(program.url, program.apiKey);
    const source = await makeSource(api);
    planted['the address of a source'] = source.hooksPath.replace('/hooks/', '');
    const endpoint = await makeEndpoint(api, `${sink.url}/in?token=planted-in-a-url`);
    planted['the secret of an endpoint'] = endpoint.secret;
    planted['a made API key'] = await makeApiKey(api, 'viewer');
    const mail = { kind: 'email', to: ['a@example.com'], subject: 'x', text: 'y' };
    await makeRule(api, [deliverTo(endpoint), mail], { match: { types: ['github.*'] } });
    const eventId = await sendWebhook(program.url, source, 'github', {
      body: JSON.stringify({ text: planted['a body'] }),
      headers: {
        authorization: `Basic ${planted["the sender's own password"]}`,
        cookie: `session=${planted["the sender's own password"]}`,
        traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
      },
    });
    await settledEvent(api, eventId);
    await fail(program.url, source.hooksPath, planted);
    await program.stop();
    await Promise.all([sink.close(), mailSink.close()]);
    output = program.output();
    lines = output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line);
  }, 120_000);

  it('is JSON of known fields, one line each, but for the words of the start', () => {
    const others = output.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    expect(others.map((line) => line.trim().split('  ')[0])).toEqual([
      expect.stringMatching(/^Signalbox listens on /),
      'API reference',
    ]);
    const known = Object.keys(logFields);
    const unknown = new Set(lines.flatMap((line) => Object.keys(line)));
    expect([...unknown].filter((field) => !known.includes(field))).toEqual([]);
    const types = { long: 'number' } as Readonly<Record<string, string>>;
    for (const line of lines) {
      for (const [field, value] of Object.entries(line)) {
        const { type } = logFields[field as keyof typeof logFields];
        if (value !== null) expect([field, typeof value]).toEqual([field, types[type] ?? 'string']);
      }
    }
  });

  it('has the trace in every line about work', () => {
    const aboutWork = lines.filter((line) => String(line['event.dataset']).includes('.'));
    expect(aboutWork.length).toBeGreaterThan(30);
    for (const line of aboutWork) {
      expect(line).toMatchObject({
        'trace.id': expect.stringMatching(/^[0-9a-f]{32}$/),
        'span.id': expect.stringMatching(/^[0-9a-f]{16}$/),
        'event.action': expect.stringMatching(/\S/),
        'event.outcome': expect.stringMatching(/^(?:success|failure)$/),
        'event.duration': expect.any(Number),
      });
    }
  });

  it('tells a webhook from its request to its mail under the one trace of its sender', () => {
    const story = lines.filter((line) => line['trace.id'] === traceId);
    const told = story
      .filter((line) => line['log.level'] !== 'debug')
      .map((line) => `${String(line['event.action'])}: ${String(line['event.outcome'])}`);
    expect(told.sort()).toEqual(
      [
        'POST /hooks/:token: success',
        'delivery: failure',
        'delivery: success',
        'deliveries.schedule-delivery-when-rule-matched: success',
        'email: success',
        'event-processing.match-rules-when-event-arrived: success',
        'notifications.queue-mail-when-rule-matched: success',
      ].sort(),
    );
    const correlations = new Set(story.map((line) => line['labels.correlation_id']));
    expect([...correlations]).toEqual([traceId]);
  });

  it('has no error line: nothing here needs somebody', () => {
    const levels = ['error', 'fatal'];
    expect(lines.filter((line) => levels.includes(String(line['log.level'])))).toEqual([]);
  });

  it('holds no secret', () => {
    for (const [what, secret] of Object.entries(planted)) {
      expect(secret.length).toBeGreaterThan(10);
      expect([what, output.includes(secret)]).toEqual([what, false]);
    }
    expect(output).not.toContain('planted');
  });
});

/** Requests that are refused in all the ways that might quote what they hold. */
async function fail(url: string, path: string, planted: Readonly<Record<string, string>>) {
  const apiKey = planted['the first API key'] ?? '';
  const authorization = `Basic ${planted["the sender's own password"]}`;
  const statuses = [
    await request(`${url}${path}`, { method: 'POST', body: planted['a body'] }),
    await request(`${url}/v1/sources`, { apiKey: planted['a wrong API key'] ?? '' }),
    await request(`${url}/v1/sources`, { headers: { authorization } }),
    await request(`${url}/v1/sources`, { method: 'POST', apiKey, body: `{"${planted['a body']}` }),
    await request(`${url}/v1/sources`, {
      method: 'POST',
      apiKey,
      body: { name: 'x', provider: 'standard-webhooks', secrets: [planted['a body']] },
    }),
    await request(`${url}/v1/endpoints`, {
      method: 'POST',
      apiKey,
      body: { name: 'x', url: `http://user:planted-in-a-url@example.com/` },
    }),
    await request(`${url}/v1/webhooks?cursor=planted-in-a-query`, { apiKey }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([401, 401, 401, 415, 400, 400, 400]);
}
