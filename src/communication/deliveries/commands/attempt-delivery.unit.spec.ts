import { EventLogReader } from '#shared-kernel/messaging/event-log-reader.js';
import type { PipelineMessage } from '#shared-kernel/messaging/pipeline-message.js';
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
import { AttemptDelivery } from './attempt-delivery.js';

interface DeliveryView {
  readonly id: string;
  readonly state: string;
  readonly dueAt: string | null;
  readonly attemptsMade: number;
}

/** Ends every try as the test says, and can do something in the middle of it. */
class ScriptedSender extends EventSender {
  outcomes: SendOutcome[] = [];
  tries = 0;
  during: (endpoint: Endpoint) => Promise<void> = async () => undefined;

  async send(endpoint: Endpoint): Promise<SendOutcome> {
    this.tries += 1;
    await this.during(endpoint);
    return this.outcomes.shift() ?? answered(200);
  }
}

const answered = (status: number): SendOutcome => ({
  kind: 'answered',
  status,
  retryAfter: null,
  bodyStart: '',
  durationMs: 3,
});
const timedOut: SendOutcome = {
  kind: 'failed',
  stage: 'timeout',
  message: 'no answer began within 15000 ms',
  durationMs: 15_000,
};
/** Longer than any lease. */
const leaseMs = 36_000;

const clock = new StoppedClock();
const sender = new ScriptedSender();
let signalbox: DeliveriesApp;

beforeAll(async () => {
  signalbox = await startDeliveriesApp({ sender, clock });
});
afterAll(() => signalbox.close());
beforeEach(() => {
  sender.outcomes = [];
  sender.tries = 0;
  sender.during = async () => undefined;
});

const newEndpoint = async (retryPolicy: object = {}) => {
  const body = { name: 'orders', url: 'https://example.com/', retryPolicy };
  return (await signalbox.call('POST', '/v1/endpoints', body)).json<{ id: string }>().id;
};

/** @param stored false leaves the event itself out, as if retention had removed it */
const publish = async (endpointId: string, stored = true, tenant = 'default') => {
  const event = publishedEvent();
  const matched = ruleMatched(event.id ?? '', deliverTo(endpointId), tenant);
  await signalbox.log.commit({ events: stored ? [event, matched] : [matched] });
  return event.id ?? '';
};

const deliveryOf = async (eventId: string, headers: Record<string, string> = {}) => {
  const path = `/v1/deliveries?eventId=${eventId}`;
  const answer = await signalbox.call('GET', path, undefined, headers);
  return answer.json<{ items: DeliveryView[] }>().items[0];
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

describe('a delivery that fails', () => {
  it('waits for its next try as the policy says, and not less', async () => {
    sender.outcomes = [answered(500)];
    const eventId = await publish(await newEndpoint({ firstDelayMs: 10_000 }));
    await waitFor('the first try', async () => (await deliveryOf(eventId))?.attemptsMade === 1);
    const { dueAt } = await reaches(eventId, 'due', 1);
    const delayMs = Date.parse(dueAt ?? '') - clock.nowMs;
    expect(delayMs).toBeGreaterThanOrEqual(8_000);
    expect(delayMs).toBeLessThanOrEqual(12_000);
    await passTime(12_000);
    await reaches(eventId, 'delivered', 2);
  });

  it('is exhausted after the last try, which is told as an event of its trace', async () => {
    sender.outcomes = [timedOut, timedOut];
    const endpointId = await newEndpoint({ triesMax: 2, firstDelayMs: 1_000 });
    const eventId = await publish(endpointId);
    await reaches(eventId, 'due', 1);
    await passTime(2_000);
    const { id } = await reaches(eventId, 'exhausted', 2);
    const all = { source: undefined, correlationId: undefined, before: undefined };
    const { items } = await signalbox.app.get(EventLogReader).list({
      ...all,
      tenant: 'default',
      limit: 10,
      type: 'communication.delivery-exhausted',
      occurredFromMs: undefined,
      occurredBeforeMs: undefined,
      derived: true,
    });
    expect(JSON.parse(items[0]?.data ?? '')).toEqual({
      deliveryId: id,
      endpointId,
      eventId,
      attempts: 2,
      lastFailure: 'timeout: no answer began within 15000 ms',
    });
    expect(items[0]).toMatchObject({ hops: 1 });
    const again = await signalbox.call('POST', `/v1/deliveries/${id}/retry`);
    expect(again.json()).toMatchObject({ state: 'due', attemptsMade: 2 });
    await reaches(eventId, 'delivered', 3);
  });
});

describe('a delivery that nobody can take', () => {
  it('is discarded when its event is gone', async () => {
    const eventId = await publish(await newEndpoint(), false);
    await reaches(eventId, 'discarded', 0);
    expect(sender.tries).toBe(0);
  });

  it('is discarded when its endpoint belongs to another tenant', async () => {
    const eventId = await publish(await newEndpoint(), true, 'acme');
    const seen = () => deliveryOf(eventId, { 'signalbox-tenant': 'acme' });
    await waitFor('the end', async () => (await seen())?.state === 'discarded');
    expect(sender.tries).toBe(0);
  });

  it('is discarded when its endpoint is disabled by hand', async () => {
    const endpointId = await newEndpoint();
    await signalbox.call('PATCH', `/v1/endpoints/${endpointId}`, { state: 'disabled' });
    await reaches(await publish(endpointId), 'discarded', 0);
  });
});

describe('a try that outlives its lease', () => {
  it('changes nothing when another claim has taken the delivery over', async () => {
    let takeOver: () => void = () => undefined;
    const takenOver = new Promise<void>((resolve) => (takeOver = resolve));
    sender.during = () => (sender.tries === 1 ? takenOver : Promise.resolve());
    sender.outcomes = [answered(200)];
    const eventId = await publish(await newEndpoint());
    await waitFor('the first try to begin', () => sender.tries === 1);
    await passTime(leaseMs);
    const { id } = await reaches(eventId, 'delivered', 1);
    sender.outcomes = [answered(500)];
    takeOver();
    await waitFor('the late loser to give up', () =>
      signalbox.logLines().some((line) => line.includes('another claim took the delivery over')),
    );
    expect(await reaches(eventId, 'delivered', 1)).toMatchObject({ id });
  });

  it('discards nothing either', async () => {
    const endpointId = await newEndpoint();
    const lost = {
      id: 'dlv_1',
      lane: endpointId,
      ruleId: 'rul_1',
      claims: 1,
      origin: { traceparent: null, correlationId: null, causationId: null, hops: 0 },
      delivery: {
        id: 'dlv_1',
        tenant: 'default',
        endpointId: 'end_gone',
        eventId: 'evt_1',
        createdAtMs: 1,
        attemptsMade: 0,
        failedTries: 0,
        orderKey: null,
        state: 'due' as const,
        dueAtMs: 1,
      },
    };
    const message: PipelineMessage = {
      kind: 'attempt',
      name: 'delivery',
      origin: null,
      contract: null,
      input: lost,
      facts: {},
    };
    await signalbox.app.get(AttemptDelivery).perform(lost, message);
    expect(message.facts['event.reason']).toBe('another claim took the delivery over');
  });
});
