import {
  effect,
  happened,
  type MessagingKernel,
  openMessaging,
  statement,
  ThingHappened,
} from '../../../test/conformance/messaging-kernel.js';
import { runInContext } from '#shared-kernel/observability/message-context.js';
import { exactlyOne } from '#shared-kernel/persistence/statement.js';
import { DurableEventPublisher } from './durable-event-publisher.js';
import { eventRecordOf } from './event-row.js';

describe('the event log', () => {
  let kernel: MessagingKernel;
  const effects = () => kernel.rows('SELECT n, key FROM effect');
  const events = () => kernel.rows<Record<string, unknown>>('SELECT * FROM event_log');

  beforeEach(async () => {
    kernel = await openMessaging();
  });
  afterEach(() => kernel.end());

  it('makes rows and events durable together', async () => {
    await kernel.eventLog.commit({
      writes: [effect({ n: 1, key: 'a' })],
      events: [happened(1), happened(2)],
    });
    expect(await effects()).toEqual([{ n: 1, key: 'a' }]);
    expect(await events()).toMatchObject([{ position: 1 }, { position: 2 }]);
    expect(
      await kernel.metric('signalbox_event_log_appended_total{name="things.thing-happened"}'),
    ).toBe(2);
  });

  it('stores neither rows nor events when an expectation fails', async () => {
    const never = exactlyOne(statement('UPDATE tally SET sum = 1'), 'tally-exists');
    const decision = { writes: [effect({ n: 1, key: 'a' }), never], events: [happened(1)] };
    let told = 0;
    kernel.eventLog.onCommit(() => told++);
    await expect(kernel.eventLog.commit(decision)).rejects.toMatchObject({
      code: 'storage.conflict',
      message: expect.stringContaining('tally-exists'),
    });
    expect(await kernel.eventLog.tryCommit(decision)).toEqual({
      committed: false,
      conflict: 'tally-exists',
    });
    expect(await effects()).toEqual([]);
    expect(await events()).toEqual([]);
    expect(told).toBe(0);
    expect(
      await kernel.metric('signalbox_event_log_appended_total{name="things.thing-happened"}'),
    ).toBe(0);
  });

  it('stores nothing of a decision with an event that breaks its contract', async () => {
    const broken = ThingHappened.of({
      tenant: 'default',
      data: { key: 'a', n: 'one' as unknown as number },
    });
    const committing = kernel.eventLog.commit({
      writes: [effect({ n: 1, key: 'a' })],
      events: [happened(1), broken],
    });
    await expect(committing).rejects.toMatchObject({
      code: 'contracts.violated',
      fields: [{ path: 'n' }],
    });
    expect(await effects()).toEqual([]);
    expect(await events()).toEqual([]);
  });

  it('fills in what an event does not say', async () => {
    await kernel.eventLog.commit({ events: [happened(7, 'k')] });
    const [row] = await events();
    expect(row).toEqual({
      position: 1,
      id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      name: 'things.thing-happened',
      version: 1,
      type: 'things.thing-happened',
      source: '/things',
      subject: null,
      tenant: 'default',
      key: 'k',
      occurred_at_ms: kernel.clock.now(),
      correlation_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      causation_id: null,
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/),
      hops: 0,
      data: '{"key":"k","n":7}',
      payload: null,
      payload_type: null,
    });
  });

  it('keeps what an event says, its payload byte for byte, in the context of the work', async () => {
    const bytes = Uint8Array.from([0, 255, 10, 13, 128]);
    const context = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      sampled: true,
      correlationId: 'corr',
      causationId: 'evt_cause',
      hops: 4,
      module: null,
    };
    const event = ThingHappened.of({
      tenant: 'acme',
      data: { key: 'a', n: 1, surplus: true } as { key: string; n: number },
      id: 'evt_mine',
      type: 'com.example.thing',
      source: '/mine',
      subject: 'order 1',
      payload: { bytes, contentType: 'image/png' },
    });
    await runInContext(context, () => kernel.eventLog.commit({ events: [event] }));
    const row = await kernel.eventLog.find('evt_mine');
    expect(eventRecordOf(row!)).toEqual({
      position: 1,
      id: 'evt_mine',
      name: 'things.thing-happened',
      version: 1,
      type: 'com.example.thing',
      source: '/mine',
      subject: 'order 1',
      tenant: 'acme',
      key: 'a',
      occurredAtMs: kernel.clock.now(),
      correlationId: 'corr',
      causationId: 'evt_cause',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      hops: 4,
      payload: { bytes, contentType: 'image/png' },
    });
    // The contract's schema drops what it does not name.
    expect(row?.data).toBe('{"key":"a","n":1}');
    expect(await kernel.eventLog.find('evt_other')).toBeUndefined();
  });

  it('takes an id only once', async () => {
    const event = ThingHappened.of({
      tenant: 'default',
      data: { key: 'a', n: 1 },
      id: 'evt_1',
      payload: { bytes: new Uint8Array(1), contentType: null },
    });
    await kernel.eventLog.commit({ events: [event] });
    expect(await kernel.eventLog.tryCommit({ events: [event] })).toEqual({
      committed: false,
      conflict: 'event-is-new',
    });
    expect(await events()).toHaveLength(1);
  });

  it('tells listeners after a commit with events or due work, and only then', async () => {
    const told: (readonly string[])[][] = [];
    kernel.eventLog.onCommit((appended, due) => told.push([appended, due]));
    await kernel.eventLog.commit({ events: [happened(1)] });
    await kernel.eventLog.commit({ due: ['mail'] });
    await kernel.eventLog.commit({ writes: [effect({ n: 1, key: 'a' })] });
    await kernel.eventLog.commit({});
    expect(told).toEqual([
      [['things.thing-happened'], []],
      [[], ['mail']],
    ]);
  });

  it('never gives a position twice, not even after the last rows were removed', async () => {
    await kernel.eventLog.commit({ events: [happened(1), happened(2)] });
    await kernel.store.commit([{ statement: statement('DELETE FROM event_log'), expect: 'any' }]);
    await kernel.eventLog.commit({ events: [happened(3)] });
    expect(await events()).toMatchObject([{ position: 3 }]);
  });

  it('has stored what the event bus published once its promise resolves', async () => {
    const publisher = new DurableEventPublisher(kernel.eventLog);
    await publisher.publish(happened(1));
    await publisher.publishAll([happened(2), happened(3)]);
    expect(await events()).toHaveLength(3);
  });
});
