import { EventLogReader } from '#shared-kernel/messaging/event-log-reader.js';
import {
  type DeliveriesApp,
  deliverTo,
  publishedEvent,
  ruleMatched,
  startDeliveriesApp,
  StoppedClock,
} from '../../../../test/support/deliveries-app.ts';
import { waitFor } from '../../../../tools/support/wait-for.ts';
import type { Endpoint } from '../domain/endpoint.js';
import { EventSender } from '../domain/event-sender.js';
import type { SendOutcome } from '../domain/judge-outcome.js';

const hourMs = 3_600_000;

/** Answers as the test says for each endpoint, and writes down who was tried. */
class AnsweringSender extends EventSender {
  readonly tried: string[] = [];
  readonly answers = new Map<string, { status: number; retryAfter?: string }>();

  async send({ id }: Endpoint, event: { id: string }): Promise<SendOutcome> {
    this.tried.push(event.id);
    const { status, retryAfter = null } = this.answers.get(id) ?? { status: 200 };
    return { kind: 'answered', status, retryAfter, bodyStart: '', durationMs: 3 };
  }
}

const clock = new StoppedClock();
const sender = new AnsweringSender();
let signalbox: DeliveriesApp;

beforeAll(async () => {
  signalbox = await startDeliveriesApp({ sender, clock });
});
afterAll(() => signalbox.close());

const newEndpoint = async (overrides: object = {}) => {
  const body = { name: 'orders', url: 'https://example.com/', ...overrides };
  const answer = await signalbox.call('POST', '/v1/endpoints', body);
  expect(answer.status).toBe(201);
  return answer.json<{ id: string }>().id;
};

const publish = async (endpointId: string, subject?: string) => {
  const event = { ...publishedEvent(), ...(subject === undefined ? {} : { subject }) };
  const matched = ruleMatched(event.id ?? '', deliverTo(endpointId));
  await signalbox.log.commit({ events: [event, matched] });
  return event.id ?? '';
};

const deliveryOf = async (eventId: string) => {
  const answer = await signalbox.call('GET', `/v1/deliveries?eventId=${eventId}`);
  return answer.json<{ items: { id: string; state: string; attemptsMade: number }[] }>().items[0];
};

const reaches = (eventId: string, state: string, attemptsMade: number) =>
  waitFor(`${state} after ${attemptsMade} tries`, async () => {
    const delivery = await deliveryOf(eventId);
    return delivery?.state === state && delivery.attemptsMade === attemptsMade && delivery;
  });

const passTime = async (ms: number) => {
  clock.nowMs += ms;
  await signalbox.log.commit({ due: ['delivery'] });
};

const eventsOf = async (type: string) => {
  const any = { source: undefined, correlationId: undefined, before: undefined };
  const { items } = await signalbox.app.get(EventLogReader).list({
    ...any,
    tenant: 'default',
    limit: 10,
    type,
    occurredFromMs: undefined,
    occurredBeforeMs: undefined,
    derived: true,
  });
  return items.map(({ data }) => JSON.parse(data) as Record<string, unknown>);
};

const stateOf = async (id: string) =>
  (await signalbox.call('GET', `/v1/endpoints/${id}`)).json<Record<string, unknown>>();

describe('an endpoint that fails again and again', () => {
  it('gets only probes until one succeeds; the others wait and lose no try', async () => {
    const id = await newEndpoint({
      breaker: { opensAfter: 1, probeAfterMs: 60_000 },
      retryPolicy: { delaysMs: [600_000] },
    });
    sender.answers.set(id, { status: 500 });
    const first = await publish(id);
    await reaches(first, 'due', 1);
    const others = [await publish(id), await publish(id), await publish(id)];
    await waitFor('all to be there', async () => (await deliveryOf(others[2]!)) !== undefined);
    await passTime(59_000);
    const probe = others[0]!;
    expect((await deliveryOf(probe))?.attemptsMade).toBe(0);
    await passTime(1_000);
    await reaches(probe, 'due', 1);
    sender.answers.set(id, { status: 200 });
    await passTime(120_000);
    for (const other of others.slice(1)) await reaches(other, 'delivered', 1);
    expect(await eventsOf('communication.endpoint-recovered')).toEqual([
      { endpointId: id, endpointName: 'orders', failingSinceMs: expect.any(Number) },
    ]);
  });

  it('is disabled after days of nothing else, told of once, and starts afresh', async () => {
    const day = 24 * hourMs;
    const id = await newEndpoint({ retryPolicy: { delaysMs: Array(6).fill(day) } });
    sender.answers.set(id, { status: 422 });
    const eventId = await publish(id);
    await reaches(eventId, 'due', 1);
    for (let n = 2; n <= 6; n++) {
      await passTime(1.21 * day);
      if (n < 6) await reaches(eventId, 'due', n);
    }
    await waitFor('the end', async () => (await stateOf(id))['state'] === 'disabled');
    expect(await stateOf(id)).toMatchObject({
      disabledReason: expect.stringMatching(/^every try failed for 1[2-9]\d hours$/),
    });
    expect(await eventsOf('communication.endpoint-disabled')).toEqual([
      expect.objectContaining({ endpointId: id, lastFailure: 'answered 422' }),
    ]);
    sender.answers.set(id, { status: 500 });
    await signalbox.call('PATCH', `/v1/endpoints/${id}`, { state: 'enabled' });
    const next = await publish(id);
    await reaches(next, 'due', 1);
    expect(await stateOf(id)).toMatchObject({ state: 'enabled' });
  });

  it('is told of once when several tries at the same time find it gone', async () => {
    const id = await newEndpoint();
    sender.answers.set(id, { status: 410 });
    const gone = await Promise.all([publish(id), publish(id), publish(id)]);
    for (const eventId of gone) {
      await waitFor('the end', async () =>
        ['exhausted', 'discarded'].includes((await deliveryOf(eventId))?.state ?? ''),
      );
    }
    const told = await eventsOf('communication.endpoint-disabled');
    expect(told.filter(({ endpointId }) => endpointId === id)).toHaveLength(1);
  });
});

describe('a receiver that asks for time', () => {
  it.each([
    ['429 in seconds', 429, '120'],
    ['503 as a date', 503, new Date(clock.nowMs + 120_000).toUTCString()],
  ])('with %s gets nothing of its endpoint until then', async (_how, status, retryAfter) => {
    const id = await newEndpoint();
    const at = status === 503 ? new Date(clock.nowMs + 120_000).toUTCString() : retryAfter;
    sender.answers.set(id, { status, retryAfter: at });
    const first = await publish(id);
    await reaches(first, 'due', 1);
    sender.answers.set(id, { status: 200 });
    const second = await publish(id);
    await waitFor('it to be there', () => deliveryOf(second));
    await passTime(110_000);
    expect(await deliveryOf(second)).toMatchObject({ state: 'due', attemptsMade: 0 });
    await passTime(11_000);
    await reaches(second, 'delivered', 1);
    await reaches(first, 'delivered', 2);
  });
});

describe('an endpoint with an order', () => {
  const tries = (ids: string[]) => sender.tried.filter((id) => ids.includes(id));

  it('gets one of a key after the other, through retries, and other keys beside it', async () => {
    const id = await newEndpoint({ order: 'key', retryPolicy: { delaysMs: [10_000] } });
    sender.answers.set(id, { status: 500 });
    const events = [await publish(id, 'k'), await publish(id, 'k'), await publish(id, 'k')];
    await reaches(events[0]!, 'due', 1);
    await waitFor('the last', () => deliveryOf(events[2]!));
    expect((await deliveryOf(events[1]!))?.state).toBe('waiting');
    sender.answers.set(id, { status: 200 });
    const other = await publish(id, 'other');
    await reaches(other, 'delivered', 1);
    expect(tries(events)).toEqual([events[0]]);
    await passTime(12_000);
    await reaches(events[2]!, 'delivered', 1);
    expect(tries(events)).toEqual([events[0], events[0], events[1], events[2]]);
  });

  it('holds the later ones back behind one that was given up, if it says so', async () => {
    const policy = { retryPolicy: { triesMax: 1 }, order: 'key', orderOnExhausted: 'hold' };
    const id = await newEndpoint(policy);
    sender.answers.set(id, { status: 500 });
    const first = await publish(id, 'k');
    await reaches(first, 'exhausted', 1);
    sender.answers.set(id, { status: 200 });
    const second = await publish(id, 'k');
    expect((await waitFor('it', () => deliveryOf(second))).state).toBe('waiting');
    const { id: firstId } = (await deliveryOf(first))!;
    expect((await signalbox.call('POST', `/v1/deliveries/${firstId}/retry`)).status).toBe(202);
    await reaches(second, 'delivered', 1);
    expect(tries([first, second])).toEqual([first, first, second]);
  });

  it('lets them go when the endpoint no longer wants to hold', async () => {
    const policy = { retryPolicy: { triesMax: 1 }, order: 'key', orderOnExhausted: 'hold' };
    const id = await newEndpoint(policy);
    sender.answers.set(id, { status: 500 });
    await reaches(await publish(id, 'k'), 'exhausted', 1);
    sender.answers.set(id, { status: 200 });
    const second = await publish(id, 'k');
    await waitFor('it', () => deliveryOf(second));
    await signalbox.call('PATCH', `/v1/endpoints/${id}`, { orderOnExhausted: 'continue' });
    await reaches(second, 'delivered', 1);
  });
});
