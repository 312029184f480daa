import fc from 'fast-check';
import type { MessagingKernel } from './messaging-kernel.js';
import { ReactionModelRun } from './reaction-model-run.js';

/** One thing that happens to a reaction, as text in the report of a failure. */
interface Step {
  readonly text: string;
  run(world: ReactionModelRun): void | Promise<void>;
}

const triesMax = 8;
const stepsMin = 10;
const stepsMax = 30;
const key = fc.constantFrom('a', 'b', 'c');
const keyOrAll = fc.option(key, { nil: undefined });
const state = fc.option(fc.constantFrom('parked' as const, 'waiting' as const, 'dead' as const), {
  nil: undefined,
});
const newEvent = fc.record({ key, isBroken: fc.nat({ max: 3 }).map((chance) => chance === 0) });
/** Stands for one of what is there when its turn comes. */
const pick = fc.nat({ max: 1_000 });

/** Does it to one of the numbers; nothing when there is none. */
async function withOne(
  numbers: readonly number[],
  index: number,
  act: (n: number) => void | Promise<void>,
): Promise<void> {
  const chosen = numbers[index % numbers.length];
  if (chosen !== undefined) await act(chosen);
}

const happenings = [
  fc.array(newEvent, { minLength: 1, maxLength: 6 }).map((events) => ({
    text: `append ${events.map(({ key: one, isBroken }) => one + (isBroken ? '!' : '')).join(' ')}`,
    run: (world: ReactionModelRun) => world.append(events),
  })),
  pick.map((index) => ({
    text: `break ${index}`,
    run: (world: ReactionModelRun) => withOne(world.numbers, index, (n) => world.break(n)),
  })),
  pick.map((index) => ({
    text: `mend ${index}`,
    run: (world: ReactionModelRun) => withOne(world.brokenNumbers, index, (n) => world.mend(n)),
  })),
  fc.constantFrom(1, triesMax).map((times) => ({
    text: `pass time ${times}`,
    run: (world: ReactionModelRun) => world.passTime(times),
  })),
  fc.constant({ text: 'restart', run: (world: ReactionModelRun) => world.restart() }),
  fc.constant({ text: 'take over', run: (world: ReactionModelRun) => world.takeOver() }),
] as const satisfies fc.Arbitrary<Step>[];

/** With twice the weight, since they have more to say than one number. */
const largeChanges = [
  fc.tuple(keyOrAll, state).map(([one, ofState]) => ({
    text: `skip all ${ofState} of ${one}`,
    run: (world: ReactionModelRun) => world.skipAll(one, ofState),
  })),
  fc.boolean().map((paused) => ({
    text: paused ? 'pause' : 'resume',
    run: (world: ReactionModelRun) => world.pause(paused),
  })),
  fc.tuple(pick, pick, fc.option(key)).map(([one, other, ofKey]) => ({
    text: `replay ${one} ${other} of ${ofKey}`,
    run: (world: ReactionModelRun) =>
      withOne(world.numbers, one, (n) =>
        withOne(world.numbers, other, (m) => world.replay(Math.min(n, m), Math.max(n, m), ofKey)),
      ),
  })),
] as const satisfies fc.Arbitrary<Step>[];

const changesByHand = [
  pick.map((index) => ({
    text: `retry ${index}`,
    run: (world: ReactionModelRun) =>
      withOne(world.parkedNumbers(undefined), index, (n) => world.retry(n)),
  })),
  pick.map((index) => ({
    text: `skip ${index}`,
    run: (world: ReactionModelRun) =>
      withOne(world.parkedNumbers(undefined), index, (n) => world.skip(n)),
  })),
  fc.tuple(pick, fc.boolean()).map(([index, mends]) => ({
    text: `edit ${index}${mends ? ' well' : ''}`,
    run: (world: ReactionModelRun) =>
      withOne(world.parkedNumbers(undefined), index, (n) => world.edit(n, mends)),
  })),
  keyOrAll.map((one) => ({
    text: `retry all of ${one}`,
    run: (world: ReactionModelRun) => world.retryAll(one),
  })),
  fc.constant({ text: 'cancel', run: (world: ReactionModelRun) => world.cancelReplay() }),
] as const satisfies fc.Arbitrary<Step>[];

/**
 * A step; whether the runner is told at once when it is a change by hand; and whether it gets to
 * work before the next step.
 */
const steps = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 6, arbitrary: happenings[0] },
      ...largeChanges.map((arbitrary) => ({
        weight: 2,
        arbitrary,
      })),
      ...[...happenings.slice(1), ...changesByHand].map((arbitrary) => ({
        weight: 1,
        arbitrary: arbitrary as fc.Arbitrary<Step>,
      })),
    ),
    fc.boolean(),
    fc.nat({ max: 3 }).map((chance) => chance > 0),
  ),
  { minLength: stepsMin, maxLength: stepsMax, size: 'max' },
);

/**
 * Holds reactions on a store against a reference model: whatever happens in whatever order, the
 * same events are parked, waiting, dead, handled and skipped, in the same order of each key.
 *
 * @param runs sequences of up to thirty steps
 */
export function describeReactionModel(
  name: string,
  open: () => Promise<MessagingKernel>,
  runs: number,
): void {
  it(
    `reactions on ${name} do what a simple model does, whatever people do to them`,
    async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (sequence) => {
          const kernel = await open();
          try {
            const world = await ReactionModelRun.begin(kernel);
            for (const [step, isTold, settles] of sequence) {
              world.isTold = isTold;
              await step.run(world);
              if (settles) await world.settle();
              await world.check();
            }
          } finally {
            await kernel.end();
          }
        }),
        { numRuns: runs },
      );
    },
    runs * 20_000,
  );
}
