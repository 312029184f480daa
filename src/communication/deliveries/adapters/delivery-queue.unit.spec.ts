import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '#shared-kernel/domain/clock.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { migrate } from '#shared-kernel/persistence/migrate.js';
import type { Store } from '#shared-kernel/persistence/store.js';
import { openTestStore } from '../../../../test/support/test-store.ts';
import { discard } from '../domain/delivery.js';
import { DeliveryLanes } from '../domain/delivery-lanes.js';
import type { ClaimedDelivery, ClaimedLane, NewDelivery } from '../domain/delivery-queue.js';
import { type EndpointFlow, endpointFlowSchema } from '../domain/endpoint-flow.js';
import { deliveryMigrations } from './delivery.migrations.js';
import { StoredDeliveryQueue } from './stored-delivery-queue.js';

const origin = { traceparent: null, correlationId: null, causationId: null, hops: 0 };
const startMs = 1_700_000_000_000;
const leaseMs = 36_000;
const idsOf = (claimed: ClaimedLane[]) => claimed.map(({ ids }) => [...ids].sort());

describe.each(['SQLite', 'PostgreSQL'] as const)('the delivery queue on %s', (kind) => {
  let folder: string;
  let store: Store;
  let queue: StoredDeliveryQueue;
  /** The same database as another process sees it; SQLite belongs to one process. */
  let otherStore: Store;
  let made = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-queue-'));
    store = await openTestStore(folder, kind);
    otherStore = store.isShared ? await openTestStore(folder, kind) : store;
    await migrate(store, deliveryMigrations, startMs);
    queue = new StoredDeliveryQueue(
      store,
      new Meter({ format: 'text', processMetrics: false }),
      new SystemClock(),
      new DeliveryLanes(),
    );
  }, 30_000);
  afterAll(async () => {
    await Promise.all([store.close(), otherStore.close()]);
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    const tables = ['delivery', 'delivery_attempt', 'endpoint_pace'];
    await store.commit(
      tables.map((table) => ({
        statement: { sql: `DELETE FROM ${table}`, parameters: [] },
        expect: 'any',
      })),
    );
  });

  const add = async (
    endpointId: string,
    overrides: Partial<NewDelivery> = {},
    process: Store = store,
  ) => {
    const id = overrides.id ?? `dlv_${String(++made).padStart(6, '0')}`;
    const facts = { id, tenant: 'default', endpointId, eventId: `evt_${id}`, ruleId: 'rul_1' };
    const writes = queue.schedule({
      ...facts,
      origin,
      createdAtMs: startMs,
      turn: null,
      ...overrides,
    });
    expect(await process.commit(writes)).toMatchObject({ committed: true });
    return id;
  };
  const claim = (
    lanes: Record<string, number>,
    nowMs = startMs,
    { claimedBy = 'one', isBehind = false, ...flow }: ClaimOverrides = {},
  ) =>
    queue.claim({
      claimedBy,
      nowMs,
      shares: Object.entries(lanes).map(([lane, count]) => ({
        lane,
        count,
        flow: { ...endpointFlowSchema.parse({}), ...flow },
        isBehind,
      })),
    });
  const end = async ({ delivery, claims }: ClaimedDelivery, holds = false) => {
    const writes = queue.settle(claims, discard(delivery, startMs), null, {
      holds,
      nowMs: startMs,
    });
    return (await store.commit(writes)).committed;
  };
  const firstOf = (claimed: ClaimedLane[]) => claimed[0]?.deliveries[0] as ClaimedDelivery;

  it('takes the oldest of each lane that was asked for, and leases what it takes', async () => {
    const created = (offsetMs: number) => ({ createdAtMs: startMs + offsetMs });
    const b1 = await add('b', created(1));
    await add('busy', created(0));
    const a1 = await add('a', created(3));
    const b2 = await add('b', created(2));
    const b3 = await add('b', created(4));
    const found = await claim({ a: 3, b: 2, empty: 1 }, startMs + 5);
    expect(idsOf(found)).toEqual([[a1], [b1, b2], []]);
    expect(found[1]).toMatchObject({ nextDueAtMs: startMs + 4 });
    expect(found[2]).toMatchObject({ nextDueAtMs: null });
    expect(firstOf(found)).toMatchObject({ claims: 1, ruleId: 'rul_1', origin, lane: 'a' });
    expect(idsOf(await claim({ a: 3, b: 2 }, startMs + 5))).toEqual([[], [b3]]);
    const again = await claim({ a: 3, b: 9 }, startMs + leaseMs);
    expect(again.flatMap(({ deliveries }) => deliveries.map(({ claims }) => claims))).toEqual([
      2, 2, 2, 2,
    ]);
  });

  it('gives back what an instance that died had claimed, and fences its late end', async () => {
    await add('a');
    await add('b');
    const [mine, others] = await claim({ a: 1, b: 1 });
    await claim({ b: 1 }, startMs + leaseMs, { claimedBy: 'two' });
    expect(await queue.reclaim('nobody', startMs)).toBe(0);
    expect(await queue.reclaim('one', startMs)).toBe(1);
    expect(await queue.reclaimOthers('one', startMs)).toBe(1);
    expect(await queue.reclaimOthers('one', startMs)).toBe(0);
    for (const lost of [mine, others]) expect(await end(firstOf([lost!]))).toBe(false);
    const again = await claim({ a: 1, b: 1 });
    expect(again.map(({ ids }) => ids.length)).toEqual([1, 1]);
  });

  it('tells the lanes that have something due, in pages', async () => {
    for (const lane of ['c', 'a', 'b', 'a']) await add(lane);
    await add('later', { createdAtMs: startMs + 9 });
    const seen = await queue.lanes('');
    expect(seen).toEqual({
      lanes: [
        { lane: 'a', dueAtMs: startMs },
        { lane: 'b', dueAtMs: startMs },
        { lane: 'c', dueAtMs: startMs },
        { lane: 'later', dueAtMs: startMs + 9 },
      ],
      next: null,
    });
    expect((await queue.lanes('b')).lanes.map(({ lane }) => lane)).toEqual(['c', 'later']);
  });

  describe('a rate', () => {
    const rate = { perSecond: 100, burst: 3 };

    it('lets a burst go after a quiet time, then one after another', async () => {
      for (let n = 0; n < 20; n++) await add('paced');
      const [first] = await claim({ paced: 10 }, startMs, { rate });
      expect(first?.ids).toHaveLength(3);
      expect(first?.openAtMs).toBe(startMs + 10);
      const behind = { rate, isBehind: true };
      expect((await claim({ paced: 10 }, startMs + 9, behind))[0]?.ids).toHaveLength(0);
      expect((await claim({ paced: 10 }, startMs + 10, behind))[0]?.ids).toHaveLength(1);
      // Late by three intervals: the slots that passed are made up for.
      expect((await claim({ paced: 10 }, startMs + 45, behind))[0]?.ids).toHaveLength(3);
      expect((await claim({ paced: 10 }, startMs + 45, behind))[0]?.ids).toHaveLength(0);
    });

    it('is shared by instances, and what nobody takes costs nothing', async () => {
      await add('paced');
      const only = await claim({ paced: 10 }, startMs, { rate });
      expect(only[0]?.ids).toHaveLength(1);
      for (let n = 0; n < 9; n++) await add('paced');
      const taken = await Promise.all([
        claim({ paced: 10 }, startMs, { rate, claimedBy: 'one' }),
        claim({ paced: 10 }, startMs, { rate, claimedBy: 'two' }),
      ]);
      expect(taken.flat().flatMap(({ ids }) => ids)).toHaveLength(2);
    });
  });

  it('keeps an own limit of places over all instances', async () => {
    if (!store.isShared) return;
    for (let n = 0; n < 9; n++) await add('narrow');
    const concurrency = { concurrency: 4 };
    const [first] = await claim({ narrow: 3 }, startMs, concurrency);
    const [second] = await claim({ narrow: 9 }, startMs, { ...concurrency, claimedBy: 'two' });
    expect([first?.ids.length, second?.ids.length]).toEqual([3, 1]);
    expect(second?.openAtMs).toBeGreaterThan(startMs);
    await end(firstOf([first!]));
    expect((await claim({ narrow: 9 }, startMs, concurrency))[0]?.ids).toHaveLength(1);
  });

  describe('an order', () => {
    const turn = (position: number, key = 'k') => ({ turn: { key, position } });

    it('lets one of a key go after the other, and other keys beside them', async () => {
      const first = await add('o', turn(1));
      const second = await add('o', turn(2));
      const third = await add('o', turn(3));
      const other = await add('o', turn(4, 'other'));
      const found = await claim({ o: 9 });
      expect(idsOf(found)).toEqual([[first, other].sort()]);
      expect(idsOf(await claim({ o: 9 }, startMs + 1))).toEqual([[]]);
      await end(firstOf(found));
      const next = await claim({ o: 9 }, startMs + 1);
      expect(idsOf(next)).toEqual([[second]]);
      await end(firstOf(next));
      expect(idsOf(await claim({ o: 9 }, startMs + 1))).toEqual([[third]]);
    });

    it('goes by the log and not by the time of arrival', async () => {
      const first = await add('o', turn(1));
      const third = await add('o', turn(3));
      const second = await add('o', turn(2));
      const order: string[] = [];
      for (let n = 0; n < 3; n++) {
        const found = await claim({ o: 9 }, startMs + 1);
        order.push(...found.flatMap(({ ids }) => ids));
        await end(firstOf(found));
      }
      expect(order).toEqual([first, second, third]);
    });

    it('stops behind a delivery that holds, until that is started again', async () => {
      const first = await add('o', turn(1));
      const second = await add('o', turn(2));
      const found = await claim({ o: 9 });
      await end(firstOf(found), true);
      expect(idsOf(await claim({ o: 9 }, startMs + 1))).toEqual([[]]);
      const { delivery } = firstOf(found);
      await store.commit(queue.startAgain({ ...delivery, dueAtMs: startMs }));
      const again = await claim({ o: 9 }, startMs + 1);
      expect(idsOf(again)).toEqual([[first]]);
      expect(await end(firstOf(again))).toBe(true);
      expect(idsOf(await claim({ o: 9 }, startMs + 1))).toEqual([[second]]);
    });

    it('gives a delivery that is started again its turn among those that wait', async () => {
      const first = await add('o', turn(1));
      const second = await add('o', turn(2));
      const third = await add('o', turn(3));
      const one = firstOf(await claim({ o: 9 }));
      await end(one);
      const two = firstOf(await claim({ o: 9 }, startMs + 1));
      await store.commit(queue.startAgain({ ...one.delivery, dueAtMs: startMs }));
      expect(idsOf(await claim({ o: 9 }, startMs + 1))).toEqual([[]]);
      await end(two);
      const again = await claim({ o: 9 }, startMs + 1);
      expect(idsOf(again)).toEqual([[first]]);
      await end(firstOf(again));
      expect(idsOf(await claim({ o: 9 }, startMs + 1))).toEqual([[third]]);
      expect(two.id).toBe(second);
    });

    it('loses nobody when the end of one and the coming of the next meet', async () => {
      for (let n = 0; n < 40; n++) {
        const key = `race ${n}`;
        await add('race', turn(2 * n, key));
        const found = firstOf(await claim({ race: 9 }, startMs + 1));
        const [, late] = await Promise.all([
          end(found),
          add('race', turn(2 * n + 1, key), otherStore),
        ]);
        const next = await claim({ race: 9 }, startMs + 1);
        expect(idsOf(next)).toEqual([[late]]);
        await end(firstOf(next));
      }
    });
  });
});

interface ClaimOverrides extends Partial<EndpointFlow> {
  readonly claimedBy?: string;
  readonly isBehind?: boolean;
}
