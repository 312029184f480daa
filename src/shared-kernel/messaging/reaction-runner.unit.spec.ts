import { jest } from '@jest/globals';
import {
  effect,
  type MessagingKernel,
  openMessaging,
  statement,
  ThingHappened,
  ThingNoticed,
} from '../../../test/conformance/messaging-kernel.js';
import {
  append,
  effectsOf,
  parkedOf,
  reactionBench,
  reactionId,
} from '../../../test/conformance/reaction-bench.js';
import { exactlyOne, always } from '#shared-kernel/persistence/statement.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a reaction at work', () => {
  let kernel: MessagingKernel;

  beforeEach(async () => {
    kernel = await openMessaging();
  });
  afterEach(() => kernel.end());

  it('handles every event once, in log order, with its effect and its events', async () => {
    const bench = await reactionBench(kernel, ({ data }) => ({
      writes: [effect(data)],
      events: [ThingNoticed.of({ tenant: 'default', data })],
    }));
    const announced: number[] = [];
    kernel.eventLog.onCommit((appended) => announced.push(appended.length));
    await append(kernel, numbers(600));
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual(numbers(600));
    expect(await kernel.rows("SELECT 1 FROM event_log WHERE name LIKE '%noticed'")).toHaveLength(
      600,
    );
    expect(announced.filter((count) => count === 1)).toHaveLength(600);
    expect(bench.outcomes).toEqual({ handled: 600, parked: 0, retried: 0, dead: 0 });
  });

  it('appends in the context of its cause, within the same trace', async () => {
    const bench = await reactionBench(kernel, ({ data }) => ({
      events: [ThingNoticed.of({ tenant: 'default', data })],
    }));
    await append(kernel, [1]);
    await bench.settle();
    const [cause, result] = await kernel.rows<Record<string, string>>('SELECT * FROM event_log');
    expect(result).toMatchObject({
      causation_id: cause?.id,
      correlation_id: cause?.correlation_id,
      hops: 1,
    });
    expect(result?.traceparent?.slice(0, 36)).toBe(cause?.traceparent?.slice(0, 36));
    expect(kernel.lines).toMatchObject([
      { 'event.dataset': 'signalbox.reaction', 'labels.event_id': cause?.id },
    ]);
  });

  it('repeats nothing and loses nothing when the process dies before or after a commit', async () => {
    let handled = 0;
    let dies = false;
    const bench = await reactionBench(kernel, ({ data }) => {
      handled++;
      if (dies && data.n === 3) throw storageErrors.unavailable('The process dies here.');
      return { writes: [effect(data)] };
    });
    await append(kernel, [1, 2]);
    await bench.settle();
    await bench.restart();
    dies = true;
    await append(kernel, [3, 4], 'b');
    await expect(bench.round()).rejects.toThrow('dies here');
    expect(await effectsOf(kernel)).toEqual([1, 2]);
    dies = false;
    await bench.restart();
    await bench.settle();
    await bench.restart();
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([1, 2, 3, 4]);
    expect(handled).toBeGreaterThan(4);
    expect(bench.outcomes).toMatchObject({ handled: 4, parked: 0 });
  });

  it('sees what it wrote for an earlier event of the same key', async () => {
    const bench = await reactionBench(kernel, async ({ data: { key, n } }) => {
      const read = statement('SELECT sum FROM tally WHERE key = ?', key);
      const row = await kernel.store.find<{ sum: number }>(read);
      const upsert = 'INSERT INTO tally VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET sum = ?';
      const sum = (row?.sum ?? 0) + n;
      return { writes: [always(statement(upsert, key, sum, sum))] };
    });
    for (const n of numbers(20)) await append(kernel, [n], n % 2 === 0 ? 'even' : 'odd');
    await bench.settle();
    expect(await kernel.rows('SELECT * FROM tally ORDER BY key')).toEqual([
      { key: 'even', sum: 110 },
      { key: 'odd', sum: 100 },
    ]);
  });

  it('goes on with a key that wrote nothing, and commits the stretch as one', async () => {
    const order: number[] = [];
    const bench = await reactionBench(kernel, ({ data }) => {
      order.push(data.n);
      return data.n === 90 ? { writes: [effect(data)] } : {};
    });
    await append(kernel, numbers(100));
    const commit = jest.spyOn(kernel.store, 'commit');
    await bench.settle();
    expect(order).toEqual(numbers(100));
    expect(bench.outcomes.handled).toBe(100);
    // Up to the event that wrote, and those that had to see what it wrote.
    expect(commit).toHaveBeenCalledTimes(2);
    expect(await effectsOf(kernel)).toEqual([90]);
  });

  it('lets a key that fails wait, whatever was decided with it', async () => {
    const bench = await reactionBench(kernel, ({ data }) => {
      if (data.n === 3) throw new Error('boom');
      return {};
    });
    await append(kernel, numbers(5));
    await bench.round();
    expect(await parkedOf(kernel)).toEqual([
      [3, 'parked', 1],
      [4, 'waiting', 0],
      [5, 'waiting', 0],
    ]);
    expect(bench.outcomes).toMatchObject({ handled: 2 });
  });

  it('decides a whole batch at once when its decisions are independent', async () => {
    let inFlight = 0;
    let most = 0;
    const handle = async () => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight--;
      return {};
    };
    const bench = await reactionBench(kernel, handle, { independent: true });
    await append(kernel, numbers(300));
    await bench.settle();
    expect(most).toBe(250);
    expect(bench.outcomes.handled).toBe(300);
  });

  it('takes a batch apart when one decision conflicts, and decides that one anew', async () => {
    await kernel.store.commit([always(statement("INSERT INTO tally VALUES ('x', 0)"))]);
    const tries = new Map<number, number>();
    const bench = await reactionBench(kernel, ({ data }) => {
      tries.set(data.n, (tries.get(data.n) ?? 0) + 1);
      const expected = data.n === 2 && tries.get(2) !== 3 ? 99 : 0;
      const check = statement('UPDATE tally SET sum = 0 WHERE sum = ?', expected);
      return { writes: [effect(data), exactlyOne(check, 'tally-is-as-read')] };
    });
    for (const n of [1, 2, 3]) await append(kernel, [n], `key ${n}`);
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([1, 2, 3]);
    expect([...tries]).toEqual([
      [1, 2],
      [2, 3],
      [3, 2],
    ]);
  });

  it('parks an event whose commit conflicts again and again, and goes on', async () => {
    const never = statement('UPDATE tally SET sum = 0 WHERE sum = 99');
    let tries = 0;
    const bench = await reactionBench(kernel, ({ data }) => {
      if (data.n === 1) tries++;
      const check = data.n === 1 ? [exactlyOne(never, 'never')] : [];
      return { writes: [effect(data), ...check] };
    });
    await append(kernel, [1], 'a');
    await append(kernel, [2], 'b');
    await bench.round();
    expect(await effectsOf(kernel)).toEqual([2]);
    expect(await parkedOf(kernel)).toEqual([[1, 'parked', 1]]);
    expect(tries).toBe(5);
    expect(await kernel.rows('SELECT error_message FROM parked_event')).toEqual([
      { error_message: 'The commit met the conflict never.' },
    ]);
  });

  it('parks an event whose statement the database refuses, and goes on', async () => {
    const bench = await reactionBench(kernel, ({ data }) => ({
      writes: [effect(data), ...(data.n === 1 ? [always(statement('UPDATE nowhere'))] : [])],
    }));
    await append(kernel, [1], 'a');
    await append(kernel, [2], 'b');
    await bench.round();
    expect(await effectsOf(kernel)).toEqual([2]);
    expect(await parkedOf(kernel)).toEqual([[1, 'parked', 1]]);
  });

  it('fails the round and keeps the event when not even parking works', async () => {
    const bench = await reactionBench(kernel, () => {
      throw new Error('boom');
    });
    await append(kernel, [1]);
    await kernel.store.commit([always(statement('ALTER TABLE parked_event RENAME TO hidden'))]);
    await expect(bench.round()).rejects.toThrow('parked_event');
    await kernel.store.commit([always(statement('ALTER TABLE hidden RENAME TO parked_event'))]);
    await bench.round();
    expect(await parkedOf(kernel)).toEqual([[1, 'parked', 1]]);
  });

  it('moves its checkpoint past a long stretch that is not for it', async () => {
    const bench = await reactionBench(kernel, ({ data }) => ({ writes: [effect(data)] }));
    const noticed = numbers(10_000).map((n) =>
      ThingNoticed.of({ tenant: 'default', data: { key: 'a', n } }),
    );
    await kernel.eventLog.commit({ events: noticed });
    await bench.settle();
    expect(await kernel.storage.find(reactionId)).toMatchObject({ position: 10_000, taken: 0 });
  });

  it('decides no more events at once than it says', async () => {
    let inFlight = 0;
    let most = 0;
    const handle = async () => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight--;
      return {};
    };
    const bench = await reactionBench(kernel, handle, { concurrency: 7 });
    for (const n of numbers(30)) await append(kernel, [n], `key ${n}`);
    await bench.settle();
    expect(most).toBe(7);
    expect(bench.outcomes.handled).toBe(30);
  });

  it('leaves an event alone when the store fails in the middle, and handles it later', async () => {
    let down = true;
    const bench = await reactionBench(kernel, ({ data }) => {
      if (down && data.n === 2) throw storageErrors.overloaded('Too much.');
      return { writes: [effect(data)] };
    });
    await append(kernel, [1, 2, 3]);
    await expect(bench.round()).rejects.toMatchObject({ code: 'storage.overloaded' });
    expect(await kernel.rows('SELECT * FROM parked_event')).toEqual([]);
    down = false;
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([1, 2, 3]);
  });

  it('begins nothing when it is told to stop', async () => {
    const bench = await reactionBench(kernel, ({ data }) => ({ writes: [effect(data)] }));
    await append(kernel, [1]);
    expect(await bench.round(() => true)).toBeNull();
    expect(await effectsOf(kernel)).toEqual([]);
    expect(kernel.lines).toEqual([]);
  });

  it('reads past events that are not for it without a commit for them', async () => {
    const noticed = numbers(400).map((n) =>
      ThingNoticed.of({ tenant: 'default', data: { key: 'a', n } }),
    );
    const bench = await reactionBench(kernel, ({ data }) => ({ writes: [effect(data)] }));
    await kernel.eventLog.commit({ events: noticed });
    await bench.settle();
    expect((await kernel.storage.find(reactionId))?.position).toBe(0);
    await append(kernel, [1]);
    await bench.settle();
    expect((await kernel.storage.find(reactionId))?.position).toBe(401);
    expect(await effectsOf(kernel)).toEqual([1]);
  });

  it('ends a loop of reactions: what led too far is dead at once', async () => {
    const bench = await reactionBench(kernel, ({ data: { key, n } }) => ({
      events: [ThingHappened.of({ tenant: 'default', data: { key, n: n + 1 } })],
    }));
    await append(kernel, [0]);
    await bench.settle();
    expect(await parkedOf(kernel)).toEqual([[16, 'dead', 1]]);
    expect(await kernel.rows('SELECT error_code FROM parked_event')).toEqual([
      { error_code: 'messaging.hop-limit' },
    ]);
    expect(bench.outcomes).toEqual({ handled: 16, parked: 0, retried: 0, dead: 1 });
  });
});
