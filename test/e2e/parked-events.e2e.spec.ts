import { RuleMatched } from '#communication/event-processing/contracts/rule-matched.event.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { waitFor } from '../../tools/support/wait-for.ts';
import { appendBroken, brokenCode } from '../support/broken-events.ts';
import { expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

const mailing = 'notifications.queue-mail-when-rule-matched';

interface Parked {
  readonly eventId: string;
  readonly key: string;
  readonly state: string;
  readonly tries: number;
  readonly parkedAt: string;
}

let signalbox: TestSignalbox;
beforeEach(async () => {
  signalbox = await runSignalbox();
}, 30_000);
afterEach(() => signalbox.stop());

const call = (path: string, options: Parameters<typeof request>[1] = {}) =>
  request(`${signalbox.url}/v1/reactions/${mailing}${path}`, {
    apiKey: signalbox.apiKey,
    ...options,
  });
const post = (path: string, body?: object) => call(path, { method: 'POST', body });
const counts = async () =>
  (await call('')).json<{ counts: Readonly<Record<string, number>> }>().counts;

/** What a rule asks for of an event. */
function matchOf(eventId = newId('evt', 0)) {
  const email = { kind: 'email' as const, to: ['a@example.com'], subject: 'S', text: 'T' };
  const data = { eventId, eventType: 'x', ruleId: 'rul_1', ruleName: 'r', actions: [email] };
  return { data, event: RuleMatched.of({ tenant: 'default', data }) };
}

/** Appends matches that the reaction cannot read. */
const append = (...events: ReturnType<typeof matchOf>['event'][]) =>
  appendBroken(signalbox, mailing, events, { actions: 'none' });

async function parked(count: number): Promise<readonly Parked[]> {
  return waitFor(`${count} parked events`, async () => {
    const { items } = (await call('/parked-events')).json<{ items: Parked[] }>();
    return items.length === count ? items : undefined;
  });
}

it('shows what a reaction could not handle, page by page', async () => {
  const [one, other] = [matchOf(), matchOf()];
  const [stored] = await append(one.event, one.event, other.event);
  const items = await parked(3);
  expect(items).toMatchObject([
    {
      name: 'communication.rule-matched',
      type: 'communication.rule-matched',
      key: one.data.eventId,
      state: 'parked',
      tries: 1,
      nextTryAt: expect.any(String),
      error: { code: brokenCode, message: expect.any(String) },
      edited: false,
    },
    { key: one.data.eventId, state: expect.any(String) },
    { key: other.data.eventId, tries: 1 },
  ]);
  const first = (await call('/parked-events?limit=2')).json<{ next: string }>();
  const second = await call(`/parked-events?limit=2&cursor=${first.next}`);
  expect(second.json()).toMatchObject({ items: [{ key: other.data.eventId }], next: null });
  const filtered = await call(`/parked-events?key=${other.data.eventId}&errorCode=none`);
  expect(filtered.json()).toEqual({ items: [], next: null });
  expectProblem(await call('/parked-events?state=lost'), 'http.invalid-request');

  const whole = await call(`/parked-events/${items[0]?.eventId}`);
  expect(whole.json()).toMatchObject({ data: stored });
  expect(whole.json()).not.toHaveProperty('editedData');
});

it('takes other data for an event that fails, and only what its contract takes', async () => {
  const { data, event } = matchOf();
  await append(event);
  const [{ eventId } = { eventId: '' }] = await parked(1);
  const edit = (changed: object) =>
    call(`/parked-events/${eventId}`, { method: 'PATCH', body: { data: changed } });

  const broken = expectProblem(
    await edit({ ...data, actions: [] }),
    'messaging.edited-data-invalid',
  );
  expect(broken.fields).toMatchObject([{ path: 'data.actions' }]);
  const moved = await edit({ ...data, eventId: newId('evt', 1) });
  expect(expectProblem(moved, 'messaging.edited-data-invalid').fields).toMatchObject([
    { path: 'data', fault: expect.stringContaining('key') },
  ]);

  const actions = [{ kind: 'deliver', endpointId: 'end_1' }];
  expect((await edit({ ...data, actions })).status).toBe(202);
  await parked(0);
  expect(await counts()).toEqual({ taken: 1, handled: 1, parked: 0, dead: 0, skipped: 0 });
  const logged = await signalbox.api.get(`/v1/events/${eventId}`);
  expect(logged).toMatchObject({ attributes: { ...data, actions: 'none' } });
});

it('retries and skips single events, and those that wait behind them go on', async () => {
  const { event } = matchOf();
  await append(event);
  const [first] = await parked(1);
  // Comes while the first is parked, so it waits behind it.
  await append(event);
  const second = (await parked(2))[1];
  expect(second).toMatchObject({ state: 'waiting', error: null, nextTryAt: null });
  expectProblem(await post(`/parked-events/${second?.eventId}/retry`), 'messaging.event-waits');

  expect((await post(`/parked-events/${first?.eventId}/retry`)).status).toBe(202);
  await waitFor('the retry', async () => {
    const [now] = await parked(2);
    return now?.tries === 1 && now.parkedAt !== first?.parkedAt;
  });
  const skip = `/parked-events/${first?.eventId}/skip`;
  expectProblem(await post(skip, { reason: ' ' }), 'http.invalid-request');
  expect((await post(skip, { reason: 'nobody misses it' })).status).toBe(204);
  expectProblem(await post(skip, { reason: 'again' }), 'messaging.parked-event-not-found');
  await waitFor('the second', async () => (await parked(1))[0]?.state === 'parked');
  expect(await counts()).toEqual({ taken: 2, handled: 0, parked: 1, dead: 0, skipped: 1 });
});

it('retries and skips many at once, and counts before it does', async () => {
  const events = Array.from({ length: 300 }, () => matchOf().event);
  await append(...events);
  await waitFor('all to be parked', async () => (await counts())['parked'] === 300);

  const dry = await post('/parked-events/skip', { reason: 'none', dryRun: true });
  expect(dry.json()).toEqual({ dryRun: true, matched: 300, changed: 0, remaining: 0 });
  expect(await counts()).toMatchObject({ parked: 300, skipped: 0 });

  const retried = await post('/parked-events/retry', { errorCode: brokenCode });
  expect(retried.json()).toEqual({ dryRun: false, matched: 300, changed: 300, remaining: 0 });
  const none = await post('/parked-events/retry', { state: 'dead' });
  expect(none.json()).toMatchObject({ matched: 0, changed: 0 });

  await post('/parked-events/skip', { reason: 'a test' });
  await waitFor('all to be skipped', async () => {
    const { skipped = 0, parked: left = 0 } = await counts();
    if (left > 0) await post('/parked-events/skip', { reason: 'a test' });
    return skipped === 300;
  });
  expect(await counts()).toEqual({ taken: 300, handled: 0, parked: 0, dead: 0, skipped: 300 });
}, 30_000);
