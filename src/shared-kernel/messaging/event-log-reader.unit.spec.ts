import {
  happened,
  type MessagingKernel,
  openMessaging,
  ThingHappened,
} from '../../../test/conformance/messaging-kernel.js';
import { decodeCursor } from '#shared-kernel/domain/page.js';
import { runInContext } from '#shared-kernel/observability/message-context.js';
import { newRootContext } from '#shared-kernel/observability/tracer.js';
import { type EventFilter, EventLogReader } from './event-log-reader.js';

const everything: EventFilter = {
  tenant: 'default',
  limit: 10,
  before: undefined,
  type: undefined,
  source: undefined,
  correlationId: undefined,
  occurredFromMs: undefined,
  occurredBeforeMs: undefined,
  derived: true,
};

describe('EventLogReader', () => {
  let kernel: MessagingKernel;
  let reader: EventLogReader;
  const found = async (filter: Partial<EventFilter>) => {
    const { items } = await reader.list({ ...everything, ...filter });
    return items.map(({ data }) => (JSON.parse(data) as { n: number }).n);
  };

  beforeEach(async () => {
    kernel = await openMessaging();
    reader = new EventLogReader(kernel.store);
  });
  afterEach(() => kernel.end());

  it('pages from the newest to the oldest, each event once', async () => {
    await kernel.eventLog.commit({ events: [1, 2, 3, 4, 5].map((n) => happened(n)) });
    const seen: number[] = [];
    let before: number | undefined;
    for (;;) {
      const page = await reader.list({ ...everything, limit: 2, before });
      seen.push(...page.items.map(({ position }) => position));
      if (page.next === null) break;
      before = Number(decodeCursor(page.next));
    }
    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });

  it('shows only what every filter asks for', async () => {
    const base = { data: { key: 'a', n: 1 }, tenant: 'default' };
    const fromMs = kernel.clock.now();
    const context = { ...newRootContext(), correlationId: 'corr' };
    await kernel.eventLog.commit({
      events: [
        ThingHappened.of({ ...base, type: 'x' }),
        ThingHappened.of({ ...base, data: { key: 'a', n: 2 }, source: '/s' }),
        ThingHappened.of({ ...base, data: { key: 'a', n: 3 }, tenant: 'acme' }),
      ],
    });
    kernel.clock.nowMs += 10;
    await runInContext(context, () => kernel.eventLog.commit({ events: [happened(4)] }));
    const derived = { ...context, hops: 1 };
    await runInContext(derived, () => kernel.eventLog.commit({ events: [happened(5)] }));
    expect(await found({})).toEqual([5, 4, 2, 1]);
    expect(await found({ tenant: 'acme' })).toEqual([3]);
    expect(await found({ type: 'x' })).toEqual([1]);
    expect(await found({ source: '/s' })).toEqual([2]);
    expect(await found({ correlationId: 'corr' })).toEqual([5, 4]);
    expect(await found({ correlationId: 'corr', derived: false })).toEqual([4]);
    expect(await found({ occurredFromMs: fromMs + 10 })).toEqual([5, 4]);
    expect(await found({ occurredBeforeMs: fromMs + 10 })).toEqual([2, 1]);
  });

  it('says how large a payload is without reading it', async () => {
    const bytes = new Uint8Array(5_000);
    const data = { key: 'a', n: 1 };
    await kernel.eventLog.commit({
      events: [
        ThingHappened.of({ tenant: 'default', data, payload: { bytes, contentType: 'a/b' } }),
        happened(2),
      ],
    });
    const { items } = await reader.list(everything);
    expect(items).toMatchObject([
      { payload_bytes: null },
      { payload_bytes: 5_000, payload_type: 'a/b' },
    ]);
    expect(items[1]).not.toHaveProperty('payload');
  });

  it('shows an event only to its own tenant', async () => {
    const data = { key: 'a', n: 1 };
    await kernel.eventLog.commit({
      events: [ThingHappened.of({ tenant: 'acme', data, id: 'evt_1' })],
    });
    expect(await reader.byId('acme', 'evt_1')).toMatchObject({ id: 'evt_1', payload: null });
    expect(await reader.byId('default', 'evt_1')).toBeUndefined();
    expect(await reader.byId('acme', 'evt_2')).toBeUndefined();
  });
});
