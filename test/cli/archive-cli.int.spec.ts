import { DeliveriesModule } from '#communication/deliveries/deliveries.module.js';
import { EventProcessingModule } from '#communication/event-processing/event-processing.module.js';
import { NotificationsModule } from '#communication/notifications/notifications.module.js';
import { WebhooksModule } from '#communication/webhooks/webhooks.module.js';
import { ReactionEngine } from '#shared-kernel/messaging/reaction-engine.js';
import { ApplyRetention } from '#shared-kernel/messaging/retention/apply-retention.js';
import { RetentionModule } from '#shared-kernel/messaging/retention/retention.module.js';
import { always } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { runCli } from '../../tools/cli/run-cli.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { type ModuleApp, startModuleApp } from '../support/module-app.ts';
import { expectProblem, request } from '../support/request.ts';

const limits = {
  eventLogKeepDays: 30,
  archiveKeepDays: 365,
  historyKeepDays: 30,
  dedupeWindowDays: 30,
};
const dayMs = 24 * 60 * 60 * 1_000;

let signalbox: ModuleApp;

beforeAll(async () => {
  signalbox = await startModuleApp({
    modules: [
      WebhooksModule,
      EventProcessingModule,
      DeliveriesModule.forRoot({ version: '1.2.3' }),
      NotificationsModule,
      RetentionModule.forRoot(limits),
    ],
  });
});
afterAll(() => signalbox.close());

const call = (method: string, path: string, body?: unknown, apiKey = signalbox.apiKey) =>
  request(`${signalbox.url}${path}`, { method, apiKey, body });

async function cli(...args: string[]) {
  let out = '';
  let err = '';
  const env = { SIGNALBOX_URL: signalbox.url, SIGNALBOX_API_KEY: signalbox.apiKey };
  const exitCode = await runCli(args, env, {
    out: (text) => void (out += text.toString()),
    err: (text) => void (err += text),
  });
  return { exitCode, out, err };
}

/** Publishes an event and lets it be old; its id keeps the time of today. */
async function oldEvent(n: number): Promise<string> {
  const event = { specversion: '1.0', id: `e${n}`, source: '/test', type: 'test.old', data: { n } };
  const answer = await request(`${signalbox.url}/v1/events`, {
    method: 'POST',
    apiKey: signalbox.apiKey,
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  });
  const id = /evt_[0-9a-f]{32}/.exec(answer.text)?.[0] ?? '';
  await waitFor('the reactions', async () => {
    const lags = await signalbox.app.get(ReactionEngine).lag();
    return lags.every(({ events }) => events === 0);
  });
  return id;
}

it('shows what retention moved to the archive, and answers 410 for it elsewhere', async () => {
  const id = await oldEvent(1);
  expect((await call('GET', `/v1/events/${id}`)).status).toBe(200);
  const store = signalbox.app.get(Store);
  const age = (table: string, column: string) => {
    const sql = `UPDATE ${table} SET ${column} = ${column} - ?`;
    return always({ sql, parameters: [31 * dayMs] });
  };
  await store.commit([
    age('event_log', 'occurred_at_ms'),
    age('rule_evaluation', 'evaluated_at_ms'),
    age('published_event', 'published_at_ms'),
  ]);
  await signalbox.app.get(ApplyRetention).run();
  for (const table of ['event_log', 'rule_evaluation', 'published_event']) {
    const sql = `SELECT count(*) AS n FROM ${table}`;
    expect([table, await store.find({ sql, parameters: [] })]).toEqual([table, { n: 0 }]);
  }

  // The archive is asked by the time in the id, which this test cannot make old.
  const back = 'UPDATE event_archive SET last_at_ms = last_at_ms + ?';
  await store.commit([always({ sql: back, parameters: [31 * dayMs] })]);
  expectProblem(await call('GET', `/v1/events/${id}`), 'event-processing.event-archived');
  expectProblem(await call('GET', `/v1/events/${id}/payload`), 'event-processing.event-archived');
  expectProblem(await call('GET', '/v1/events/evt_0'), 'event-processing.event-not-found');

  const [from, to] = ['2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z'];
  expect((await cli('archive', 'list')).out).toMatch(/^SEGMENT .*\n1 +\S+Z +\S+Z +1 +\d+\n$/);
  const exported = await cli('archive', 'export', '--from', from, '--to', to);
  const line = JSON.parse(exported.out) as { id: string; payload_base64: string };
  expect(line).toMatchObject({ id, type: 'test.old', position: 1 });
  expect(JSON.parse(Buffer.from(line.payload_base64, 'base64').toString())).toEqual({ n: 1 });
  const earlier = await cli('archive', 'export', '--from', from, '--to', '2020-01-02T00:00:00Z');
  expect([earlier.exitCode, earlier.out]).toEqual([0, '']);
  expect((await cli('archive', 'list', '--to', '2020-01-02T00:00Z')).out).toContain('no such');
});

it('knows no other segment, and shows tenants none', async () => {
  const missing = await call('GET', '/v1/archive-segments/77/events');
  expectProblem(missing, 'retention.segment-not-found');
  const made = await call('POST', '/v1/api-keys', { name: 'a', scope: 'admin', tenant: 'acme' });
  const { value } = made.json<{ value: string }>();
  for (const path of ['', '/1/events']) {
    const answer = await call('GET', `/v1/archive-segments${path}`, undefined, value);
    expectProblem(answer, 'auth.tenant-forbidden');
  }
});

it.each([
  [['archive', 'export'], 'needs --from TIME and --to TIME'],
  [['archive', 'export', '--from', 'today', '--to', 'now'], 'today is no time'],
])('says how it is used: %s', async (args, text) => {
  const { exitCode, err } = await cli(...args);
  expect([exitCode, err]).toEqual([2, expect.stringContaining(text)]);
});
