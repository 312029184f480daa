import { DeliveryExhausted } from '#communication/deliveries/contracts/delivery-exhausted.event.js';
import { WebhookReceived } from '#communication/webhooks/contracts/webhook-received.event.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import {
  email,
  endpointId,
  sourceId,
  startEventProcessing,
  webhookEventId,
  type EventProcessingView,
} from '../../../../test/support/event-processing-app.js';

describe('matching', () => {
  let box: Awaited<ReturnType<typeof startEventProcessing>>;
  beforeAll(async () => {
    box = await startEventProcessing();
  });
  afterAll(() => box.close());

  it('tells which rules matched, which did not and why, in the timeline', async () => {
    const yes = await box.makeRule({ name: 'yes', match: { types: ['m.*'] }, actions: [email] });
    const no = await box.makeRule({
      name: 'no',
      match: { types: ['m.one'], data: [{ path: 'a', equals: 2 }] },
    });
    const view = await box.judged(
      await box.publishOne({ id: 'm1', type: 'm.one', data: { a: 1 } }),
    );
    expect(view.timeline).toEqual([
      { kind: 'event-published', at: view['storedAt'] },
      { kind: 'rule-matched', at: expect.any(String), ruleId: yes.id, ruleName: 'yes' },
      {
        kind: 'rule-not-matched',
        at: expect.any(String),
        ruleId: no.id,
        ruleName: 'no',
        because: 'data a is 1, not 2',
      },
    ]);
    const derived = (await box.call('/events?derived=true&type=communication.rule-matched')).json<{
      items: EventProcessingView[];
    }>();
    expect(derived.items[0]).toMatchObject({
      causationId: view.id,
      correlationId: view['correlationId'],
      traceId: view['traceId'],
      attributes: { eventId: view.id, eventType: 'm.one', ruleId: yes.id, actions: [email] },
    });

    // A change works for the next event already.
    await box.call(`/rules/${yes.id}`, { method: 'PATCH', body: { state: 'disabled' } });
    const after = await box.judged(
      await box.publishOne({ id: 'm2', type: 'm.one', data: { a: 2 } }),
    );
    expect(after.timeline.slice(1)).toMatchObject([{ kind: 'rule-matched', ruleId: no.id }]);
    await box.removeRules(yes, no);
  });

  it('counts the misses that it does not explain', async () => {
    const rules = await Promise.all(
      Array.from({ length: 22 }, (_, at) =>
        box.makeRule({ name: `r${at}`, match: { types: ['q'] } }),
      ),
    );
    const view = await box.judged(await box.publishOne({ id: 'c1', type: 'other' }));
    expect(view.timeline).toHaveLength(22);
    expect(view.timeline.at(-1)).toMatchObject({ kind: 'more-rules-not-matched', count: 2 });
    await box.removeRules(...rules);
  });

  it('asks about webhooks by their source, and gathers what the modules know', async () => {
    const rule = await box.makeRule({
      match: { sources: [sourceId], data: [{ path: 'a', equals: 1 }] },
    });
    const event = WebhookReceived.of({
      tenant: 'default',
      id: webhookEventId,
      type: 'github.push',
      source: `/sources/${sourceId}`,
      data: {
        webhookId: `whk_${'4'.repeat(32)}`,
        sourceId,
        provider: 'github',
        deliveryId: 'd1',
        contentType: 'text/plain',
        bodyBytes: 7,
        flags: ['unexpected-content-type'],
      },
      payload: { bytes: Buffer.from('{"a":1}'), contentType: 'text/plain' },
    });
    await box.app.get(EventLog).commit({ events: [event] });
    const { timeline } = await box.judged(webhookEventId);
    expect(timeline).toMatchObject([
      { kind: 'webhook-received', at: '2020-01-01T00:00:00.000Z', provider: 'github', sourceId },
      { kind: 'rule-matched', ruleId: rule.id },
      {
        kind: 'delivery',
        deliveryId: 'dlv_1',
        dueAt: expect.any(String),
        attempts: [{ status: 503, startedAt: expect.any(String) }],
      },
      { kind: 'notification', dueAt: null, attempts: [{ response: '250 ok', accepted: true }] },
    ]);
    await box.call(`/rules/${rule.id}`, { method: 'DELETE' });
  });

  it('asks about our own events only the rules that name them', async () => {
    const type = 'communication.delivery-exhausted';
    const all = await box.makeRule({ name: 'all', match: {} });
    const match = { types: [type], data: [{ path: 'attempts', equals: 8 }] };
    const named = await box.makeRule({ name: 'named', match, actions: [email] });
    const id = `evt_${'5'.repeat(32)}`;
    const data = { deliveryId: 'dlv_1', endpointId, eventId: 'evt_1' };
    const exhausted = { ...data, attempts: 8, lastFailure: 'answered 503' };
    const event = DeliveryExhausted.of({ tenant: 'default', id, data: exhausted });
    await box.app.get(EventLog).commit({ events: [event] });
    const { timeline } = await box.judged(id);
    expect(timeline.slice(1)).toMatchObject([
      { kind: 'rule-matched', ruleId: named.id },
      {
        kind: 'rule-not-matched',
        ruleId: all.id,
        because: expect.stringContaining('operational'),
      },
    ]);
    await box.removeRules(all, named);
  });
});
