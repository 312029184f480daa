import fc from 'fast-check';
import {
  effect,
  happened,
  type MessagingKernel,
  openMessaging,
  statement,
} from '../../../test/conformance/messaging-kernel.js';
import {
  append,
  effectsOf,
  parkedOf,
  type ReactionBench,
  reactionBench,
  reactionId,
} from '../../../test/conformance/reaction-bench.js';
import { always, exactlyOne } from '#shared-kernel/persistence/statement.js';

const hourMs = 3_600_000;

describe('what a reaction cannot handle', () => {
  let kernel: MessagingKernel;
  /** Numbers of the events at which the handler fails. */
  let broken: Set<number>;
  const start = () =>
    reactionBench(kernel, ({ data }) => {
      if (broken.has(data.n)) throw new Error(`no ${data.n} today`);
      return { writes: [effect(data)] };
    });

  beforeEach(async () => {
    kernel = await openMessaging('silent');
    broken = new Set();
  });
  afterEach(() => kernel.end());

  it('is parked, and later events of its key wait behind it while other keys go on', async () => {
    broken.add(1);
    const bench = await start();
    await append(kernel, [1, 2, 3], 'a');
    await append(kernel, [4], 'b');
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([4]);
    expect(await parkedOf(kernel)).toEqual([
      [1, 'parked', 1],
      [2, 'waiting', 0],
      [3, 'waiting', 0],
    ]);
    await bench.restart();
    await append(kernel, [5], 'a');
    await bench.settle();
    expect(await parkedOf(kernel)).toHaveLength(4);
  });

  it('is tried again when it is due, not before, and lets go of what waits in order', async () => {
    broken.add(1);
    const bench = await start();
    await append(kernel, [1, 2, 3]);
    await bench.settle();
    const dueAtMs = await bench.round();
    expect(dueAtMs! - kernel.clock.now()).toBeGreaterThanOrEqual(800);
    expect(dueAtMs! - kernel.clock.now()).toBeLessThanOrEqual(1_200);
    broken.clear();
    kernel.clock.nowMs = dueAtMs! - 1;
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([]);
    kernel.clock.nowMs = dueAtMs!;
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([1, 2, 3]);
    expect(await parkedOf(kernel)).toEqual([]);
    expect(bench.outcomes).toEqual({ handled: 3, parked: 3, retried: 0, dead: 0 });
  });

  it('frees its key at once: an event that comes with the retry does not wait for ever', async () => {
    broken.add(1);
    const bench = await start();
    await append(kernel, [1]);
    await bench.settle();
    broken.clear();
    kernel.clock.nowMs += hourMs;
    await append(kernel, [2]);
    await bench.round();
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([1, 2]);
    expect(await parkedOf(kernel)).toEqual([]);
  });

  it('is dead after eight tries, and the next event of its key has its own', async () => {
    broken.add(1);
    const bench = await start();
    await append(kernel, [1, 2]);
    for (let tries = 1; tries <= 8; tries++) {
      await bench.settle();
      const state = tries === 8 ? 'dead' : 'parked';
      expect((await parkedOf(kernel))[0]).toEqual([1, state, tries]);
      kernel.clock.nowMs += 2 * hourMs;
    }
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([2]);
    expect(await parkedOf(kernel)).toEqual([[1, 'dead', 8]]);
    expect(bench.outcomes).toEqual({ handled: 1, parked: 2, retried: 6, dead: 1 });
    expect(await kernel.storage.accounts()).toEqual([
      { id: reactionId, taken: 2, handled: 1, skipped: 0, dead: 1, parked: 0 },
    ]);
    await append(kernel, [3]);
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([2, 3]);
  });

  it('blocks its key however many other keys are blocked', async () => {
    const count = 700;
    const bench = await start();
    const keys = Array.from({ length: count }, (_, n) => n);
    for (const n of keys) broken.add(n);
    await kernel.eventLog.commit({ events: keys.map((n) => happened(n, `key ${n}`)) });
    await bench.settle();
    await kernel.eventLog.commit({
      events: keys.map((n) => happened(1_000 + n, `key ${n}`)),
    });
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([]);
    broken.clear();
    kernel.clock.nowMs += hourMs;
    await bench.settle();
    const effects = await effectsOf(kernel);
    expect(effects).toHaveLength(2 * count);
    for (const n of keys) expect(effects.indexOf(n)).toBeLessThan(effects.indexOf(1_000 + n));
  });

  it('is dead when the log no longer has it', async () => {
    broken.add(1);
    const bench = await start();
    await append(kernel, [1, 2]);
    await bench.settle();
    await kernel.store.commit([always(statement('DELETE FROM event_log WHERE position = 1'))]);
    kernel.clock.nowMs += hourMs;
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([2]);
    expect(await kernel.rows('SELECT state, error_message FROM parked_event')).toEqual([
      { state: 'dead', error_message: 'the log has no event at position 1 any more' },
    ]);
  });

  it('is retried by one of two runners only', async () => {
    broken.add(1);
    const bench = await start();
    await append(kernel, [1]);
    await bench.settle();
    const twin = await bench.twin();
    broken.clear();
    kernel.clock.nowMs += hourMs;
    await Promise.all([bench.settle(), twin.settle()]);
    expect(await effectsOf(kernel)).toEqual([1]);
    expect(await parkedOf(kernel)).toEqual([]);
    expect(bench.outcomes.handled + twin.outcomes.handled).toBe(1);
  });

  it('is not parked again by a runner whose retry came second', async () => {
    let twin: ReactionBench | null = null;
    let isLate = false;
    const bench = await reactionBench(kernel, async ({ data }) => {
      if (!isLate) throw new Error('not yet');
      if (twin !== null) return { writes: [effect(data)] };
      twin = await bench.twin();
      await twin.settle();
      throw new Error('too late');
    });
    await append(kernel, [1]);
    await bench.settle();
    kernel.clock.nowMs += hourMs;
    isLate = true;
    await bench.settle();
    expect(await effectsOf(kernel)).toEqual([1]);
    expect(await parkedOf(kernel)).toEqual([]);
    expect(bench.outcomes).toEqual({ handled: 0, parked: 1, retried: 0, dead: 0 });
  });

  it('is parked once more when the commit of its retry conflicts', async () => {
    const never = exactlyOne(statement('UPDATE tally SET sum = 0 WHERE sum = 99'), 'never');
    const bench = await reactionBench(kernel, () => ({ writes: [never] }));
    await append(kernel, [1]);
    await bench.round();
    kernel.clock.nowMs += hourMs;
    await bench.round();
    expect(await parkedOf(kernel)).toEqual([[1, 'parked', 2]]);
  });

  it('stays due when not even its next try can be written down', async () => {
    const refused = always(statement('UPDATE nowhere SET x = 1'));
    const bench = await reactionBench(kernel, () => ({ writes: [refused] }));
    await append(kernel, [1]);
    await bench.round();
    kernel.clock.nowMs += hourMs;
    const [makeStuck, mend] = stuckTrigger[kernel.store.dialect];
    await kernel.store.commit([always(statement(makeStuck))]);
    await expect(bench.round()).rejects.toThrow('stuck');
    await kernel.store.commit([always(statement(mend))]);
    await bench.round();
    expect(await parkedOf(kernel)).toEqual([[1, 'parked', 2]]);
  });

  it('leaves no event without an account: all are handled, waiting for a try, or dead', async () => {
    const scripts = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c'),
        failures: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9 })),
        restart: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        const own = await openMessaging('silent');
        try {
          const left = new Map(script.map(({ failures }, n) => [n, failures]));
          const bench = await reactionBench(own, ({ data }) => {
            const failures = left.get(data.n) ?? 0;
            left.set(data.n, failures - 1);
            if (failures > 0) throw new Error('not yet');
            return { writes: [effect(data)] };
          });
          const count = async () => {
            const effects = (await effectsOf(own)).length;
            const [account] = await own.storage.accounts();
            const { taken, handled, skipped, dead, parked } = account!;
            expect(handled + skipped + dead + parked).toBe(taken);
            expect(handled).toBe(effects);
            return effects + (await own.rows('SELECT 1 FROM parked_event')).length;
          };
          for (const [n, { key, restart }] of script.entries()) {
            await append(own, [n], key);
            if (restart) await bench.restart();
            await bench.settle();
            own.clock.nowMs += 1_500;
            expect(await count()).toBe(n + 1);
          }
          for (let round = 0; round < 8 * script.length; round++) {
            own.clock.nowMs += 2 * hourMs;
            await bench.settle();
          }
          const dead = script.flatMap(({ failures }, n) => (failures >= 8 ? [n] : []));
          expect((await parkedOf(own)).map(([n, state]) => [n, state])).toEqual(
            dead.map((n) => [n, 'dead']),
          );
          const effects = await effectsOf(own);
          expect(effects).toHaveLength(script.length - dead.length);
          for (const key of ['a', 'b', 'c']) {
            const ofKey = effects.filter((n) => script[n]?.key === key);
            expect(ofKey).toEqual([...ofKey].sort((left, right) => left - right));
          }
        } finally {
          await own.end();
        }
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});

/** Refuses every change of a parked event, and how to end that. */
const stuckTrigger = {
  sqlite: [
    "CREATE TRIGGER stuck BEFORE UPDATE ON parked_event BEGIN SELECT raise(ABORT, 'stuck'); END",
    'DROP TRIGGER stuck',
  ],
  postgres: [
    `CREATE FUNCTION be_stuck() RETURNS trigger LANGUAGE plpgsql
       AS $$ BEGIN RAISE EXCEPTION 'stuck'; END $$;
     CREATE TRIGGER stuck BEFORE UPDATE ON parked_event EXECUTE FUNCTION be_stuck()`,
    'DROP TRIGGER stuck ON parked_event',
  ],
} as const;
