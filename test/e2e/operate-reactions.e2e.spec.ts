import { randomUUID } from 'node:crypto';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { type MailSink, startMailSink } from '../../tools/support/mail-sink.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { entriesOf, settledEvent } from '../support/events.ts';
import { deliverTo, makeApiKey, makeEndpoint, makeRule } from '../support/factories.ts';
import { expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

const matching = 'event-processing.match-rules-when-event-arrived';
const scheduling = 'deliveries.schedule-delivery-when-rule-matched';
const mailing = 'notifications.queue-mail-when-rule-matched';

interface Reaction {
  readonly id: string;
  readonly checkpoint: number;
  readonly lagEvents: number;
  readonly pausedAt: string | null;
  readonly counts: Readonly<Record<string, number>>;
}

interface Replay {
  readonly id: string;
  readonly state: string;
  readonly selected: number;
  readonly handled: number;
  readonly percent: number;
}

let sink: HttpSink;
let mails: MailSink;
let signalbox: TestSignalbox;
beforeAll(async () => {
  [sink, mails] = await Promise.all([startHttpSink(), startMailSink()]);
  signalbox = await runSignalbox({ settings: { SMTP_URL: mails.url } });
}, 30_000);
afterAll(async () => {
  await signalbox.stop();
  await Promise.all([sink.close(), mails.close()]);
});

const call = (path: string, options: Parameters<typeof request>[1] = {}) =>
  request(`${signalbox.url}/v1/reactions${path}`, { apiKey: signalbox.apiKey, ...options });
const reaction = (id: string) => signalbox.api.get<Reaction>(`/v1/reactions/${id}`);

async function publish(type: string): Promise<string> {
  const event = { specversion: '1.0', id: randomUUID(), source: '/test', type, data: {} };
  const answer = await request(`${signalbox.url}/v1/events`, {
    method: 'POST',
    apiKey: signalbox.apiKey,
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  });
  return answer.json<{ events: [{ id: string }] }>().events[0].id;
}

/** Waits until the reaction has seen all that the log holds, and so have those behind it. */
const idle = () =>
  waitFor('all reactions to be done', async () => {
    const { items } = await signalbox.api.get<{ items: Reaction[] }>('/v1/reactions');
    const done = items.every(({ lagEvents, counts }) => lagEvents === 0 && counts['parked'] === 0);
    return done ? items : undefined;
  });

async function replayed(id: string, body: object): Promise<Replay> {
  const started = await call(`/${id}/replays`, { method: 'POST', body });
  expect([started.status, started.text]).toEqual([202, expect.stringContaining('"rpl_')]);
  const replay = started.json<Replay>();
  expect(started.headers.get('location')).toBe(`/v1/reactions/${id}/replays/${replay.id}`);
  return waitFor('the end of the replay', async () => {
    const now = await signalbox.api.get<Replay>(`/v1/reactions/${id}/replays/${replay.id}`);
    return now.state === 'running' ? undefined : now;
  });
}

it('lists the reactions with where their events are', async () => {
  const items = await idle();
  expect(items).toMatchObject([
    { id: scheduling, module: 'deliveries', events: ['communication.rule-matched'] },
    { id: matching, module: 'event-processing' },
    { id: mailing, module: 'notifications' },
  ]);
  for (const { counts, ...rest } of items) {
    const { taken, ...parts } = counts;
    expect(Object.values(parts).reduce((sum, part) => sum + part)).toBe(taken);
    expect(rest).toMatchObject({ pausedAt: null, owner: expect.any(String), runningReplay: null });
  }
  const page = await call('?limit=2');
  const { next } = page.json<{ next: string }>();
  expect((await call(`?limit=2&cursor=${next}`)).json()).toMatchObject({
    items: [{ id: mailing }],
    next: null,
  });
});

it('pauses a reaction, holds the change to what was read, and lets it go on', async () => {
  const read = await call(`/${matching}`);
  const etag = read.headers.get('etag') ?? '';
  const change = (paused: boolean, ifMatch = etag) =>
    call(`/${matching}`, { method: 'PATCH', body: { paused }, headers: { 'if-match': ifMatch } });
  expectProblem(await change(true, '"77777"'), 'http.precondition-failed');
  const paused = await change(true);
  expect(paused.json()).toMatchObject({ pausedAt: expect.any(String) });
  expectProblem(await change(true), 'http.precondition-failed');

  const eventId = await publish('held.up');
  const held = await waitFor('the event to wait', async () => {
    const now = await reaction(matching);
    return now.lagEvents > 0 ? now : undefined;
  });
  expect(held.counts).toEqual(read.json<Reaction>().counts);
  const resumed = await change(false, paused.headers.get('etag') ?? '');
  expect(resumed.json()).toMatchObject({ pausedAt: null });
  await waitFor('the event', async () => (await reaction(matching)).lagEvents === 0);
  expect(eventId).toMatch(/^evt_/);
});

it('gives a new rule the events that it missed, and nothing twice', async () => {
  const [first, second] = [await publish('missed.one'), await publish('missed.two')];
  await idle();
  const endpoint = await makeEndpoint(signalbox.api, `${sink.url}/missed`);
  const mail = { kind: 'email', to: ['a@example.com'], subject: 'Missed', text: 'late' };
  const actions = [deliverTo(endpoint), mail];
  const rule = await makeRule(signalbox.api, actions, { match: { types: ['missed.*'] } });
  const range = { from: first };

  const counted = await call(`/${matching}/replays`, {
    method: 'POST',
    body: { ...range, dryRun: true },
  });
  expect([counted.status, counted.json()]).toMatchObject([200, { dryRun: true, events: 2 }]);
  expect((await call(`/${matching}/replays`)).json()).toEqual({ items: [], next: null });
  expect(sink.taken).toEqual([]);

  expect(await replayed(matching, range)).toMatchObject({
    state: 'done',
    selected: 2,
    handled: 2,
    percent: 100,
  });
  for (const id of [first, second]) {
    const event = await waitFor('the rule', async () => {
      const settled = await settledEvent(signalbox.api, id);
      return entriesOf(settled, 'notification').length > 0 ? settled : undefined;
    });
    expect(entriesOf(event, 'rule-matched')).toMatchObject([{ ruleId: rule.id }]);
    expect(entriesOf(event, 'delivery')).toMatchObject([{ state: 'delivered' }]);
    expect(entriesOf(event, 'notification')).toMatchObject([{ state: 'sent' }]);
  }

  // Once more, at each of the reactions on the way: none of them may do it twice.
  for (const id of [matching, scheduling, mailing]) {
    expect(await replayed(id, {})).toMatchObject({ state: 'done', percent: 100 });
    await idle();
  }
  for (const id of [first, second]) {
    const event = await settledEvent(signalbox.api, id);
    expect(entriesOf(event, 'rule-matched')).toHaveLength(1);
    expect(entriesOf(event, 'delivery')).toHaveLength(1);
    expect(entriesOf(event, 'notification')).toHaveLength(1);
  }
  expect(sink.taken.filter(({ path }) => path === '/missed')).toHaveLength(2);
  expect(mails.mails).toHaveLength(2);

  const other = await makeEndpoint(signalbox.api, `${sink.url}/other`);
  const patch = { actions: [...actions, deliverTo(other)] };
  await signalbox.api.call('PATCH', `/v1/rules/${rule.id}`, patch);
  await replayed(matching, range);
  await waitFor('the new endpoint', () => sink.taken.some(({ path }) => path === '/other'));
});

it.each([
  [{ from: 999_999 }, 'messaging.replay-is-empty'],
  [{ type: 'never.seen' }, 'messaging.replay-is-empty'],
  [{ from: 3, to: 2 }, 'messaging.replay-range-invalid'],
  [{ from: `evt_${'0'.repeat(32)}` }, 'messaging.replay-range-invalid'],
  [{ from: 0 }, 'http.invalid-request'],
  [{ from: 'yesterday' }, 'http.invalid-request'],
])('refuses a replay that makes no sense: %j', async (body, code) => {
  expectProblem(await call(`/${matching}/replays`, { method: 'POST', body }), code);
});

it('answers a replay that is sent again with its key without a second one', async () => {
  const send = () =>
    call(`/${matching}/replays`, {
      method: 'POST',
      body: { to: 1 },
      headers: { 'idempotency-key': 'once' },
    });
  const [one, again] = [await send(), await send()];
  expect([one.status, again.status]).toEqual([202, 202]);
  expect(again.json<Replay>().id).toBe(one.json<Replay>().id);
});

it('lets keys of the operator in and no others, readers to read only', async () => {
  const tenantKey = await makeApiKey(signalbox.api, 'admin');
  expectProblem(await call('', { apiKey: tenantKey }), 'messaging.operator-only');
  const reader = await makeApiKey(signalbox.api, 'viewer', null);
  expect((await call(`/${matching}`, { apiKey: reader })).status).toBe(200);
  const pause = { method: 'PATCH', body: { paused: true }, apiKey: reader };
  expectProblem(await call(`/${matching}`, pause), 'auth.insufficient-scope');
});

it.each([
  ['GET', '/no.such-reaction', 'messaging.reaction-not-found'],
  ['GET', `/${matching}/parked-events/17`, 'messaging.parked-event-not-found'],
  ['GET', `/${matching}/parked-events/17x`, 'http.invalid-request'],
  ['GET', `/no.such/parked-events`, 'messaging.reaction-not-found'],
  ['POST', `/${matching}/parked-events/17/retry`, 'messaging.parked-event-not-found'],
  ['GET', `/${matching}/replays/rpl_${'0'.repeat(32)}`, 'messaging.replay-not-found'],
  ['DELETE', `/${matching}/replays/rpl_${'0'.repeat(32)}`, 'messaging.replay-not-found'],
])('says what is not there: %s %s', async (method, path, code) => {
  expectProblem(await call(path, { method }), code);
});
