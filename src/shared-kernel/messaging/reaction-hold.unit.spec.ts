import {
  effect,
  type MessagingKernel,
  openMessaging,
  statement,
} from '../../../test/conformance/messaging-kernel.js';
import {
  append,
  effectsOf,
  reactionBench,
  reactionId,
} from '../../../test/conformance/reaction-bench.js';
import { always } from '#shared-kernel/persistence/statement.js';

describe('a reaction that somebody else changes', () => {
  let kernel: MessagingKernel;

  beforeEach(async () => {
    kernel = await openMessaging();
  });
  afterEach(() => kernel.end());

  it('commits nothing any more once another process has taken it over', async () => {
    let takeOver = async () => {};
    const bench = await reactionBench(kernel, async ({ data }) => {
      await takeOver();
      return { writes: [effect(data)] };
    });
    await append(kernel, [1, 2]);
    await bench.settle();
    await append(kernel, [3]);
    let twin = bench;
    takeOver = async () => {
      takeOver = async () => {};
      twin = await bench.twin();
    };
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([1, 2]);
    expect(bench.outcomes).toEqual({ handled: 2, parked: 0, retried: 0, dead: 0 });
    await twin.settle();
    expect(await effectsOf(kernel)).toEqual([1, 2, 3]);
    expect(await kernel.rows('SELECT * FROM parked_event')).toEqual([]);
  });

  it('does nothing while a person has paused it, and goes on from there', async () => {
    const bench = await reactionBench(kernel, ({ data }) => ({ writes: [effect(data)] }));
    await append(kernel, [1]);
    await bench.settle();
    await kernel.store.commit([kernel.storage.pause(reactionId, kernel.clock.now())]);
    await append(kernel, [2]);
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([1]);
    await kernel.store.commit([kernel.storage.pause(reactionId, null)]);
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([1, 2]);
  });

  it('stops with an error when its checkpoint was removed', async () => {
    const bench = await reactionBench(kernel, ({ data }) => ({ writes: [effect(data)] }));
    await append(kernel, [1]);
    await kernel.store.commit([always(statement('DELETE FROM reaction'))]);
    await expect(bench.round()).rejects.toThrow(`lost the checkpoint of ${reactionId}`);
    expect(await effectsOf(kernel)).toEqual([]);
  });
});
