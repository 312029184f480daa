import {
  type MessagingKernel,
  openMessaging,
  statement,
  ThingNoticed,
} from '../../../../test/conformance/messaging-kernel.js';
import { type OperatorBench, operatorBench } from '../../../../test/conformance/operator-bench.js';
import {
  append,
  type ReactionBench,
  reactionBench,
  reactionId,
} from '../../../../test/conformance/reaction-bench.js';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { always } from '#shared-kernel/persistence/statement.js';

const minuteMs = 60_000;

describe('a replay of one reaction', () => {
  let kernel: MessagingKernel;
  let bench: ReactionBench;
  let operator: OperatorBench;
  /** Numbers of the events that the handler got, in order. */
  let got: number[];
  let beginMs: number;

  beforeEach(async () => {
    kernel = await openMessaging();
    got = [];
    bench = await reactionBench(kernel, ({ data }) => {
      got.push(data.n);
      return {};
    });
    operator = operatorBench(kernel, () => bench);
    beginMs = kernel.clock.now();
    // A minute apart, and with something between them that is not for this reaction.
    for (const [n, key] of [
      [1, 'a'],
      [2, 'b'],
      [3, 'a'],
    ] as const) {
      await append(kernel, [n], key);
      kernel.clock.nowMs += minuteMs;
    }
    const noticed = ThingNoticed.of({ tenant: 'default', data: { key: 'a', n: 4 } });
    await kernel.eventLog.commit({ events: [noticed] });
    await bench.settle();
    got = [];
  });
  afterEach(() => kernel.end());

  const idAt = async (position: number) =>
    (await kernel.storage.log.eventAt(position))?.id ?? 'none';
  const replays = () => kernel.storage.replays.list(reactionId, undefined, 10);

  it('hands in the stretch that is meant once more, in order, and tells how far it is', async () => {
    expect(await operator.replay({ from: 2 })).toMatchObject({
      state: 'running',
      selected: 2,
      handled: 0,
      percent: 0,
      firstPosition: 2,
      lastPosition: 3,
    });
    await bench.settle();
    expect(got).toEqual([2, 3]);
    expect(await replays()).toMatchObject([
      { state: 'done', handled: 2, parked: 0, passed_over: 0, position: 3 },
    ]);
  });

  it.each([
    ['everything', () => ({}), [1, 2, 3]],
    ['a position', () => ({ from: 2, to: 2 }), [2]],
    ['a time', () => ({ from: isoTime(beginMs + minuteMs) }), [2, 3]],
    ['the time of an event', () => ({ to: isoTime(beginMs + minuteMs) }), [1, 2]],
    ['a time in between', () => ({ to: isoTime(beginMs + minuteMs - 1) }), [1]],
    ['a key', () => ({ key: 'a' }), [1, 3]],
    ['a type', () => ({ type: 'things.thing-happened' }), [1, 2, 3]],
  ])('takes %s', async (_what, request, expected) => {
    await operator.replay(request());
    await bench.settle();
    expect(got).toEqual(expected);
  });

  it('takes events by their ids', async () => {
    await operator.replay({ from: await idAt(2), to: await idAt(3) });
    await bench.settle();
    expect(got).toEqual([2, 3]);
  });

  it('changes nothing when it is a dry run', async () => {
    expect(await operator.replay({ dryRun: true })).toEqual({
      dryRun: true,
      events: 3,
      firstPosition: 1,
      lastPosition: 3,
      firstAt: isoTime(beginMs),
      lastAt: isoTime(beginMs + 2 * minuteMs),
    });
    expect(await operator.replay({ dryRun: true, key: 'z' })).toMatchObject({
      events: 0,
      firstPosition: null,
      firstAt: null,
    });
    await bench.settle();
    expect([got, await replays()]).toEqual([[], []]);
  });

  it('leaves out what the reaction has not come to: that comes by itself, once', async () => {
    await operator.pause(true);
    await append(kernel, [5]);
    expect(await operator.replay({ to: 1_000 })).toMatchObject({ selected: 3, lastPosition: 3 });
    await operator.pause(false);
    await bench.settle();
    expect(got.toSorted()).toEqual([1, 2, 3, 5]);
  });

  it.each([
    [{ from: 4 }, 'messaging.replay-is-empty'],
    [{ key: 'z' }, 'messaging.replay-is-empty'],
    [{ from: 3, to: 2 }, 'messaging.replay-range-invalid'],
    [{ to: '2020-01-01T00:00:00Z' }, 'messaging.replay-range-invalid'],
    [{ to: `evt_${'0'.repeat(32)}` }, 'messaging.replay-range-invalid'],
  ])('is refused when there is nothing in it: %j', async (request, code) => {
    await expect(operator.replay(request)).rejects.toMatchObject({ code });
  });

  it('is refused when it reaches back to what retention removed', async () => {
    await kernel.store.commit([always(statement('DELETE FROM event_log WHERE position = 1'))]);
    for (const from of [1, isoTime(beginMs)]) {
      await expect(operator.replay({ from })).rejects.toMatchObject({
        code: 'messaging.replay-reaches-removed',
        message: expect.stringContaining('position 2'),
      });
    }
    expect(await operator.replay({ from: 2 })).toMatchObject({ selected: 2 });
    expect(await operator.replay({ from: await idAt(2) })).toMatchObject({ selected: 2 });
    expect(await operator.replay()).toMatchObject({ firstPosition: 2 });
  });

  it('can be cancelled while it runs, and not after', async () => {
    await operator.pause(true);
    await operator.replay();
    const [replay] = await replays();
    await operator.cancel(replay?.id ?? '');
    await operator.pause(false);
    await bench.settle();
    expect(got).toEqual([]);
    expect(await replays()).toMatchObject([
      { state: 'cancelled', finished_at_ms: beginMs + 180_000 },
    ]);
    await expect(operator.cancel(replay?.id ?? '')).rejects.toMatchObject({
      code: 'messaging.replay-has-ended',
    });
    await expect(operator.cancel(`rpl_${'0'.repeat(32)}`)).rejects.toMatchObject({
      code: 'messaging.replay-not-found',
    });
  });

  it('waits for the ones before it, of which there is a limit', async () => {
    await operator.pause(true);
    for (let replay = 0; replay < 10; replay++) await operator.replay({ to: 1 });
    await expect(operator.replay()).rejects.toMatchObject({ code: 'messaging.too-many-replays' });
    await operator.pause(false);
    await bench.settle();
    expect(got).toEqual(Array.from({ length: 10 }, () => 1));
  });
});
