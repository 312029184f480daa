import { Webhook } from 'standardwebhooks';
import {
  type DeliveriesApp,
  deliverTo,
  publishedEvent,
  ruleMatched,
  startDeliveriesApp,
} from '../../../test/support/deliveries-app.ts';
import { metricValue } from '../../../test/support/metrics-page.ts';
import { type HttpSink, startHttpSink } from '../../../tools/support/http-sink.ts';
import { waitFor } from '../../../tools/support/wait-for.ts';

interface DeliveryView {
  readonly id: string;
  readonly state: string;
  readonly attempts: readonly Record<string, unknown>[];
}

let signalbox: DeliveriesApp;
let sink: HttpSink;
let statuses: number[] = [];

beforeAll(async () => {
  sink = await startHttpSink(() => statuses.shift() ?? 200);
  signalbox = await startDeliveriesApp();
});
afterAll(async () => {
  await signalbox.close();
  await sink.close();
});
beforeEach(() => {
  statuses = [];
});

const newEndpoint = async (overrides: object = {}) => {
  const body = { name: 'orders', url: sink.url, ...overrides };
  const { status, json } = await signalbox.call('POST', '/v1/endpoints', body);
  expect(status).toBe(201);
  return json<{ id: string; secrets: { value: string }[] }>();
};

const publish = async (...endpointIds: string[]) => {
  const event = publishedEvent();
  const matched = ruleMatched(event.id ?? '', deliverTo(...endpointIds));
  await signalbox.log.commit({ events: [event, matched] });
  return event.id ?? '';
};

const deliveriesOf = async (eventId: string): Promise<DeliveryView[]> => {
  const answer = await signalbox.call('GET', `/v1/deliveries?eventId=${eventId}`);
  return answer.json<{ items: DeliveryView[] }>().items;
};

const settledDelivery = (eventId: string) =>
  waitFor('the delivery to settle', async () => {
    const [delivery] = await deliveriesOf(eventId);
    return delivery !== undefined && delivery.state !== 'due' && delivery;
  });

const sentOf = (eventId: string) =>
  sink.taken.filter(({ headers }) => headers['webhook-id'] === eventId);

describe('an event that a rule sends to an endpoint', () => {
  it('arrives signed, in the trace of its cause, as the official verifier confirms', async () => {
    const { id, secrets } = await newEndpoint();
    const eventId = await publish(id);
    await settledDelivery(eventId);
    const [message, ...more] = sentOf(eventId);
    expect(more).toEqual([]);
    const headers = message?.headers as Record<string, string>;
    const body = message?.body.toString() ?? '';
    expect(new Webhook(secrets[0]?.value ?? '').verify(body, headers)).toMatchObject({
      specversion: '1.0',
      id: eventId,
      type: 'order.created',
      data: { order: 1 },
    });
    expect(headers).toMatchObject({
      'content-type': 'application/cloudevents+json',
      'user-agent': 'Signalbox/1.2.3',
    });
    const row = await signalbox.log.find(eventId);
    const traceIdOf = (traceparent = '') => traceparent.split('-')[1];
    expect(traceIdOf(headers['traceparent'])).toBe(traceIdOf(row?.traceparent));
    expect(headers['traceparent']).not.toBe(row?.traceparent);
    expect(JSON.parse(body)).toMatchObject({ traceparent: row?.traceparent });
  });

  it('is delivered once when two rules name the same endpoint', async () => {
    const { id } = await newEndpoint();
    const event = publishedEvent();
    const eventId = event.id ?? '';
    const matches = [
      ruleMatched(eventId, deliverTo(id, id)),
      ruleMatched(eventId, deliverTo(id)),
      ruleMatched(eventId, [{ kind: 'email', to: ['a@example.com'], subject: 's', text: 't' }]),
    ];
    await signalbox.log.commit({ events: [event, ...matches] });
    await settledDelivery(eventId);
    expect(await deliveriesOf(eventId)).toHaveLength(1);
    expect(sentOf(eventId)).toHaveLength(1);
  });

  it('is tried again with the same id and body until the receiver accepts it', async () => {
    statuses = [503, 200];
    const retryPolicy = { firstDelayMs: 100, delayMaxMs: 100, triesMax: 3 };
    const { id } = await newEndpoint({ retryPolicy });
    const eventId = await publish(id);
    const delivery = await settledDelivery(eventId);
    const read = await signalbox.call('GET', `/v1/deliveries/${delivery.id}`);
    expect(read.json()).toMatchObject({
      state: 'delivered',
      attemptsMade: 2,
      dueAt: null,
      attempts: [
        { number: 1, verdict: 'retry', status: 503, bodyStart: 'ok', failure: null },
        { number: 2, verdict: 'delivered', status: 200 },
      ],
    });
    const [first, second] = sentOf(eventId);
    expect(second?.body).toEqual(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  });

  it('disables an endpoint that is gone for good, and tells of the exhausted delivery', async () => {
    statuses = [410];
    const { id } = await newEndpoint();
    const eventId = await publish(id);
    expect(await settledDelivery(eventId)).toMatchObject({ state: 'exhausted' });
    const endpoint = await signalbox.call('GET', `/v1/endpoints/${id}`);
    expect(endpoint.json()).toMatchObject({
      state: 'disabled',
      disabledReason: 'the receiver is gone for good',
    });
    const next = await publish(id);
    expect(await settledDelivery(next)).toMatchObject({ state: 'discarded' });
    expect(sentOf(next)).toEqual([]);
  });

  it('is discarded when its endpoint is deleted, and can be delivered again by hand', async () => {
    const { id } = await newEndpoint();
    const eventId = await publish(id);
    const { id: deliveryId } = await settledDelivery(eventId);
    const again = await signalbox.call('POST', `/v1/deliveries/${deliveryId}/retry`);
    expect(again.status).toBe(202);
    await waitFor('the second message', () => sentOf(eventId).length === 2);
    await settledDelivery(eventId);
    expect((await signalbox.call('DELETE', `/v1/endpoints/${id}`)).status).toBe(204);
    expect((await signalbox.call('POST', `/v1/deliveries/${deliveryId}/retry`)).status).toBe(202);
    expect(await settledDelivery(eventId)).toMatchObject({ state: 'discarded' });
    const read = await signalbox.call('GET', `/v1/deliveries/${deliveryId}`);
    expect(read.json<DeliveryView>().attempts).toHaveLength(2);
  });

  it('is counted and logged by its outcome', async () => {
    const { url, logLines } = signalbox;
    const delivered = { outcome: 'delivered' };
    expect(await metricValue(url, 'signalbox_deliveries_total', delivered)).toBeGreaterThan(1);
    expect(
      await metricValue(url, 'signalbox_delivery_attempts_total', { outcome: 'retry' }),
    ).toBeGreaterThanOrEqual(1);
    expect(await metricValue(url, 'signalbox_due_work', { effect: 'delivery' })).toBe(0);
    const failed = await waitFor('the line of the failed try', () =>
      logLines().find((line) => line.includes('deliveries.attempt-failed')),
    );
    expect(JSON.parse(failed)).toMatchObject({
      'log.level': 'warn',
      'event.action': 'delivery',
      'event.reason': 'the receiver is not available',
      'error.message': 'answered 503',
      'http.response.status_code': 503,
    });
  });
});
