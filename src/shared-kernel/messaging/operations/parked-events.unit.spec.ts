import {
  effect,
  happened,
  type MessagingKernel,
  openMessaging,
  statement,
} from '../../../../test/conformance/messaging-kernel.js';
import { type OperatorBench, operatorBench } from '../../../../test/conformance/operator-bench.js';
import {
  append,
  effectsOf,
  parkedOf,
  type ReactionBench,
  reactionBench,
  reactionId,
} from '../../../../test/conformance/reaction-bench.js';
import { always } from '#shared-kernel/persistence/statement.js';

const hourMs = 3_600_000;

describe('parked events in the hands of a person', () => {
  let kernel: MessagingKernel;
  let bench: ReactionBench;
  let operator: OperatorBench;
  let broken: Set<number>;
  const counts = async () => (await operator.reports.one(reactionId)).view.counts;

  beforeEach(async () => {
    kernel = await openMessaging();
    broken = new Set([1]);
    bench = await reactionBench(kernel, ({ data }) => {
      if (broken.has(data.n)) throw new Error(`no ${data.n} today`);
      return { writes: [effect(data)] };
    });
    operator = operatorBench(kernel, () => bench);
  });
  afterEach(() => kernel.end());

  async function untilDead(): Promise<void> {
    for (let tries = 1; tries < 8; tries++) {
      kernel.clock.nowMs += 2 * hourMs;
      await bench.settle();
    }
  }

  it('get their next try now and all tries before them again, dead ones too', async () => {
    await append(kernel, [1, 2]);
    await bench.settle();
    await untilDead();
    expect(await parkedOf(kernel)).toEqual([[1, 'dead', 8]]);
    await operator.retry(1);
    await bench.settle();
    expect(await parkedOf(kernel)).toEqual([[1, 'parked', 1]]);
    broken.clear();
    await operator.retry(1);
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([2, 1]);
    expect(await counts()).toEqual({ taken: 2, handled: 2, parked: 0, dead: 0, skipped: 0 });
  });

  it('are not tried before the one of their key that they wait behind', async () => {
    await append(kernel, [1, 2]);
    await bench.settle();
    for (const refused of [operator.retry(2), operator.edit(2, { key: 'a', n: 3 })]) {
      await expect(refused).rejects.toMatchObject({ code: 'messaging.event-waits' });
    }
    expect(await parkedOf(kernel)).toEqual([
      [1, 'parked', 1],
      [2, 'waiting', 0],
    ]);
  });

  it('leave the reaction when they are skipped, and those behind them go on', async () => {
    await append(kernel, [1, 2, 3]);
    await bench.settle();
    await operator.skip(1);
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([2, 3]);
    expect(await counts()).toEqual({ taken: 3, handled: 2, parked: 0, dead: 0, skipped: 1 });
    const note = { 'event.action': 'messaging.skip-parked-event', 'event.reason': '1: a test' };
    expect(kernel.lines).toContainEqual(expect.objectContaining(note));
    await expect(operator.skip(1)).rejects.toMatchObject({
      code: 'messaging.parked-event-not-found',
    });
  });

  it('are handled with the data that replaces what is wrong, while the log keeps its own', async () => {
    await append(kernel, [1, 2]);
    await bench.settle();
    await operator.edit(1, { key: 'a', n: 7 });
    expect(await operator.finder.get(reactionId, '1')).toMatchObject({
      data: '{"key":"a","n":1}',
      edited_data: '{"key":"a","n":7}',
    });
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([7, 2]);
    expect(await kernel.rows('SELECT data FROM event_log WHERE position = 1')).toEqual([
      { data: '{"key":"a","n":1}' },
    ]);
  });

  it.each([
    [{ key: 'a', n: '7' }, 'data.n'],
    [{ key: 'b', n: 7 }, 'data'],
    ['nothing', 'data'],
  ])('are not given data that breaks the contract or moves them: %j', async (data, path) => {
    await append(kernel, [1]);
    await bench.settle();
    await expect(operator.edit(1, data)).rejects.toMatchObject({
      code: 'messaging.edited-data-invalid',
      fields: [{ path }],
    });
  });

  it('cannot be edited when this version does not know their contract', async () => {
    await append(kernel, [1]);
    await bench.settle();
    await kernel.store.commit([always(statement('UPDATE event_log SET version = 9'))]);
    await expect(operator.edit(1, { key: 'a', n: 7 })).rejects.toMatchObject({
      code: 'messaging.unknown-event',
    });
  });

  it('are found by their position when the log has lost them', async () => {
    await append(kernel, [1]);
    await bench.settle();
    await kernel.store.commit([always(statement('DELETE FROM event_log'))]);
    expect(await operator.finder.get(reactionId, '1')).toMatchObject({ id: null, data: null });
    await operator.skip(1);
    expect(await counts()).toMatchObject({ taken: 1, skipped: 1, parked: 0 });
  });

  it('are changed in bounded batches when there are many, by what they have in common', async () => {
    const numbers = Array.from({ length: 600 }, (_, index) => index + 1);
    broken = new Set(numbers);
    await kernel.eventLog.commit({ events: numbers.map((n) => happened(n, `key ${n}`)) });
    await bench.settle();
    expect(await operator.skipAll({ key: 'key 5' }, true)).toMatchObject({ matched: 1 });
    expect(await operator.retryAll({ errorCode: 'none' })).toMatchObject({ matched: 0 });
    expect(await operator.retryAll({ state: 'parked' }, true)).toMatchObject({
      matched: 600,
      changed: 0,
    });
    broken.clear();
    expect(await operator.retryAll({ type: 'things.thing-happened' })).toMatchObject({
      changed: 600,
    });
    await bench.settle();
    expect(await counts()).toEqual({ taken: 600, handled: 600, parked: 0, dead: 0, skipped: 0 });
  });

  it('that wait are not skipped with those in front of them', async () => {
    await append(kernel, [1, 2, 3]);
    await bench.settle();
    expect(await operator.skipAll({ state: 'parked' })).toMatchObject({ matched: 1, changed: 1 });
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([2, 3]);
    expect(await operator.skipAll()).toMatchObject({ matched: 0, changed: 0 });
  });

  it('that are handled meanwhile do not keep the others from being skipped', async () => {
    broken = new Set([1, 2, 3]);
    for (const n of broken) await append(kernel, [n], `key ${n}`);
    await bench.settle();
    broken.delete(2);
    const chosen = await operator.reader.list(reactionId, {}, { after: 0, limit: 10 });
    // Between the choice and the change the runner settles one of them.
    operator.reader.list = async () => {
      await operator.retry(2);
      await bench.settle();
      return chosen;
    };
    expect(await operator.skipAll()).toMatchObject({ matched: 3, changed: 2 });
    expect(await counts()).toEqual({ taken: 3, handled: 1, parked: 0, dead: 0, skipped: 2 });
  });
});
