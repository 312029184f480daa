import {
  effect,
  type MessagingKernel,
  openMessaging,
} from '../../../../test/conformance/messaging-kernel.js';
import { type OperatorBench, operatorBench } from '../../../../test/conformance/operator-bench.js';
import {
  append,
  effectsOf,
  type ReactionBench,
  reactionBench,
  reactionId,
} from '../../../../test/conformance/reaction-bench.js';

describe('a reaction that a person pauses', () => {
  let kernel: MessagingKernel;
  let bench: ReactionBench;
  let operator: OperatorBench;
  const look = () => operator.reports.one(reactionId);

  beforeEach(async () => {
    kernel = await openMessaging();
    bench = await reactionBench(kernel, ({ data }) => ({ writes: [effect(data)] }));
    operator = operatorBench(kernel, () => bench);
  });
  afterEach(() => kernel.end());

  it('handles nothing until it is let go on, and then everything', async () => {
    await operator.pause(true);
    await append(kernel, [1, 2]);
    kernel.clock.nowMs += 5_000;
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([]);
    expect((await look()).view).toMatchObject({
      pausedAt: '2026-01-01T00:00:00.000Z',
      checkpoint: 0,
      lagEvents: 2,
      lagSeconds: 5,
      counts: { taken: 0 },
    });
    await operator.pause(false);
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([1, 2]);
    expect((await look()).view).toMatchObject({ pausedAt: null, lagEvents: 0, lagSeconds: 0 });
  });

  it('stays as it is when it is paused once more', async () => {
    await operator.pause(true);
    const before = await look();
    kernel.clock.nowMs += 1;
    await operator.pause(true);
    expect(await look()).toEqual(before);
  });

  it('is not changed when it is at another revision than the change was decided on', async () => {
    const { revision } = await look();
    await operator.pause(true, revision);
    await expect(operator.pause(false, revision)).rejects.toMatchObject({
      code: 'storage.conflict',
    });
    expect((await look()).view.pausedAt).not.toBeNull();
  });

  it('leaves a line in the log with the key that was used', async () => {
    await operator.pause(true);
    expect(kernel.lines).toMatchObject([
      {
        'event.action': 'messaging.pause-reaction',
        'labels.reaction': reactionId,
        'user.id': 'key_test',
      },
    ]);
  });
});

it('tells of a reaction that only another version has', async () => {
  const kernel = await openMessaging();
  const operator = operatorBench(kernel, () => ({ refresh: () => undefined }));
  await kernel.store.commit([kernel.storage.register('future.do-when-done', 7, 0)]);
  expect(await operator.reports.all()).toMatchObject([
    { view: { id: 'future.do-when-done', module: 'future', events: [], checkpoint: 7 } },
  ]);
  await expect(operator.reports.one('future.do-when-done')).rejects.toMatchObject({
    code: 'messaging.reaction-not-found',
  });
  await kernel.end();
});
