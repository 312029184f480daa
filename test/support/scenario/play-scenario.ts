import { nothingUnhandled } from './expectations.ts';
import type { Crash, CrashPoint } from './faulty-store.ts';
import type { ScenarioPlan, ScenarioStep } from './scenario.ts';
import { ScenarioRun } from './scenario-run.ts';
import { mixedAcrossKeys, seededRandom } from './seeded-random.ts';
import { duplicateOf, identified, isEvent, type Step, type Stimulus } from './stimulus.ts';

/** What goes wrong while `when` happens; where exactly, the seed decides. */
export interface Faults {
  /** The process dies once at one of these points and starts again on the same database. */
  readonly crash?: readonly CrashPoint[];
  /** As many times more does everything arrive. */
  readonly duplicate?: number;
  /** The most that time moves on between two arrivals, in milliseconds. */
  readonly delayMs?: number;
  /** Arrivals change places; those of one key keep their order. Answers of the store come late. */
  readonly reorder?: boolean;
}

/** Seeds to run with, from 1 unless it says otherwise. */
export interface SeedRange {
  readonly seeds: number;
  readonly from?: number;
}

type Playable = ScenarioPlan & Required<Pick<ScenarioPlan, 'openStore'>>;
type Random = (below: number) => number;

/** Turns of the event loop by which answers of the store come late when arrivals are mixed. */
const lateTurnsMax = 20;

/**
 * Runs the scenario once for each seed. One that crashes runs without the crash first, which tells
 * how many places there are to crash at.
 *
 * @throws Error with what does not hold, the seed, and the causal tree
 */
export async function playScenario(plan: Playable): Promise<void> {
  const { crash } = plan.faults;
  const { seeds, from = 1 } = plan.seeds;
  const calm = crash === undefined ? null : await play(plan, from, null);
  let crashes = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    crashes += (await play(plan, seed, crashOf(crash, calm, seed))).crashes;
  }
  if (crash !== undefined && crashes === 0) {
    throw new Error(
      `no seed of ${seeds} met a crash ${crash.join(' or ')}: nothing was proven by it`,
    );
  }
}

function crashOf(
  points: readonly CrashPoint[] | undefined,
  calm: Played | null,
  seed: number,
): Crash | null {
  if (points === undefined || calm === null) return null;
  const random = seededRandom(seed);
  // In turn, so that a few seeds meet each of them.
  const point = points[seed % points.length] ?? 'before-commit';
  const places = point === 'after-handler' ? calm.handlers : calm.commits;
  return { point, at: 1 + random(places) };
}

interface Played {
  readonly crashes: number;
  readonly commits: number;
  readonly handlers: number;
}

async function play(plan: Playable, seed: number, crash: Crash | null): Promise<Played> {
  const { modules, neighbours: answering = [], replaced = [], env, openStore, faults } = plan;
  const random = seededRandom(seed ^ 0x5bd1e995);
  const late = faults.reorder === true ? lateTurnsMax : 0;
  const base = { modules, answering, replaced, env, openStore, crash, random };
  const run = new ScenarioRun({ ...base, lateTurnsMax: late });
  try {
    await run.boot();
    for (const step of plan.steps) await playStep(run, step, faults, random);
    await nothingUnhandled(run);
    return { crashes: run.crashes, ...run.counted };
  } catch (error) {
    throw await explained(error, run, seed, crash);
  } finally {
    await run.end();
  }
}

async function playStep(
  run: ScenarioRun,
  step: ScenarioStep,
  faults: Faults,
  random: Random,
): Promise<void> {
  switch (step.kind) {
    case 'given':
      for (const part of step.steps) {
        for (const stimulus of await run.made(part)) await run.perform(stimulus);
        await run.settle();
      }
      return run.beginStory();
    case 'when':
      return happen(run, step.steps, faults, random);
    case 'after':
      return run.travel(step.ms);
    case 'expect':
      return step.check(run);
  }
}

async function happen(
  run: ScenarioRun,
  steps: readonly Step[],
  { delayMs, duplicate = 0, reorder = false }: Faults,
  random: Random,
): Promise<void> {
  const made = (await Promise.all(steps.map((step) => run.made(step)))).flat();
  const once = made.map((stimulus) => identified(stimulus, run.nowMs));
  const all = [...once];
  for (let times = 0; times < duplicate; times++) {
    all.push(...once.map((stimulus) => duplicateOf(stimulus, run.nowMs)));
  }
  const arrivals = reorder ? mixedAcrossKeys(all, keysOf(), random) : all;
  run.arm(true);
  for (const stimulus of arrivals) {
    if (delayMs !== undefined) await run.travel(random(delayMs + 1));
    try {
      await run.perform(stimulus);
    } catch (error) {
      run.errors.push(error);
    }
  }
  await run.settle();
  run.arm(false);
}

/** Events of one key stay in order; messages from outside have none among themselves. */
function keysOf(): (stimulus: Stimulus) => string {
  let messages = 0;
  return (stimulus) =>
    isEvent(stimulus) ? stimulus.contract.key(stimulus.data) : `message ${++messages}`;
}

async function explained(
  error: unknown,
  run: ScenarioRun,
  seed: number,
  crash: Crash | null,
): Promise<Error> {
  const what = error instanceof Error ? error.message : String(error);
  const tree = await run.tree().catch((fault: unknown) => `it cannot be read: ${String(fault)}`);
  const where = crash === null ? '' : `, crash ${crash.point} at ${crash.at}`;
  const again = `Run it alone with .repeat({ seeds: 1, from: ${seed} }).`;
  const parts = [what, `Seed ${seed}${where}. ${again}`, `What happened:\n${tree || 'nothing'}`];
  return new Error(parts.join('\n\n'), { cause: error });
}
