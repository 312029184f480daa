import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../support/seeded-random.ts';
import {
  type CrashPoint,
  crashPoints,
  type Findings,
  type PlantedFault,
  type WorkerPlan,
} from './crash-plan.ts';

/** What a run of the crash harness does. */
export interface CrashRunOptions {
  /** `postgres://` URL of an empty database; null for a SQLite file of its own. */
  readonly url: string | null;
  readonly kills: number;
  /** Processes at a time; more than one needs a shared database. */
  readonly workers: number;
  readonly seed: number;
  /** Events that one life appends before it only reacts. */
  readonly eventsPerLife: number;
  /** A promise that the workers break, which the report must show. */
  readonly fault?: PlantedFault | null;
  readonly onKill?: (killed: number) => void;
}

/** What came of it: the two sides of each equation, and how often each point was hit. */
export interface CrashReport {
  readonly kills: Readonly<Record<CrashPoint, number>>;
  readonly acknowledged: number;
  /** Acknowledged events that the log does not have. */
  readonly lost: readonly number[];
  readonly storedEvents: number;
  /** Numbers in the file of external effects, and how many of them stand there more than once. */
  readonly externalEffects: number;
  readonly externalRepeats: number;
  readonly findings: Findings;
}

interface Life {
  readonly acknowledged: [number, number][];
  readonly lastNumber: number;
  readonly findings: Findings | null;
  readonly signal: NodeJS.Signals | null;
}

const worker = fileURLToPath(new URL('crash-worker.ts', import.meta.url));
const batchSize = 25;
const keys = 100;
/** Share of the lives whose end may come while they still start. */
const startShare = 0.2;
/**
 * Share of the lives that stand still for longer than the others wait: what they commit afterwards
 * is stale, and must not count.
 */
const freezeShare = 0.5;
const freezeAfterMsMax = 300;
const frozenMs = 1_000;
/** Lives for each kill at the most: some drain everything before their point comes. */
const livesPerKillMax = 3;
/** A life takes seconds; one that takes longer hangs. */
const lifeMsMax = 180_000;
/** The last life drains what all the others left. */
const lastLifeMsMax = 1_800_000;

/**
 * Lives of the kernel that end by SIGKILL at named points, one data set for all, and one last life
 * that drains and counts.
 */
export async function runCrashes(options: CrashRunOptions): Promise<CrashReport> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-crash-'));
  const effectsFile = join(folder, 'effects');
  writeFileSync(effectsFile, '');
  const random = seededRandom(options.seed);
  const kills = Object.fromEntries(crashPoints.map((point) => [point, 0])) as CrashReport['kills'] &
    Record<CrashPoint, number>;
  const acknowledged: [number, number][] = [];
  let nextNumber = 0;
  let killed = 0;
  let lives = 0;
  const startedAtMs = Date.now();
  const planOf = (point: CrashPoint | null): WorkerPlan => {
    const firstNumber = nextNumber;
    const appends = point === null ? 0 : Math.ceil(options.eventsPerLife / batchSize);
    nextNumber += appends * batchSize;
    return {
      database: options.url ?? join(folder, 'crash.db'),
      effectsFile,
      instanceId: `worker-${++lives}`,
      point,
      from: random() < startShare ? 'start' : 'ready',
      hits: hitsOf(point, random, options.eventsPerLife),
      firstNumber,
      appends,
      batchSize,
      keys,
      startedAtMs,
      fault: options.fault ?? null,
    };
  };
  const livesMax = options.kills * livesPerKillMax;
  const liveAndDie = async (): Promise<void> => {
    while (killed < options.kills) {
      if (lives >= livesMax) throw new Error(`${killed} kills in ${lives} lives: too few die`);
      const point = crashPoints[Math.floor(random() * crashPoints.length)] ?? 'any-time';
      const freezes = options.workers > 1 && random() < freezeShare;
      const life = await live(planOf(point), freezes ? random() * freezeAfterMsMax : null);
      acknowledged.push(...life.acknowledged);
      if (life.signal !== 'SIGKILL') continue;
      kills[point]++;
      killed++;
      options.onKill?.(killed);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.workers }, liveAndDie));
    const last = await live(planOf(null));
    if (last.findings === null) throw new Error('the last life told of no findings');
    return reportOf(kills, acknowledged, last.findings, readFileSync(effectsFile, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * How often a point is passed before the process dies there. Small enough that nearly every life
 * reaches its point: one that does not has drained everything in vain.
 */
function hitsOf(point: CrashPoint | null, random: () => number, events: number): number {
  const most = point === 'after-effect' ? events / 2 : Math.max(4, events / (2 * batchSize));
  return 1 + Math.floor(random() * most);
}

/** @param freezeAfterMs when it stands still for a while, counted from its being ready */
function live(plan: WorkerPlan, freezeAfterMs: number | null = null): Promise<Life> {
  const timeoutMs = plan.point === null ? lastLifeMsMax : lifeMsMax;
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', worker, JSON.stringify(plan)],
      { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGABRT' },
    );
    const acknowledged: [number, number][] = [];
    let findings: Findings | null = null;
    const complaints: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [kind, ...rest] = line.split(' ');
      if (kind === 'R' && freezeAfterMs !== null) setTimeout(() => freeze(child), freezeAfterMs);
      if (kind === 'A') acknowledged.push([Number(rest[0]), Number(rest[1])]);
      if (kind === 'F') findings = JSON.parse(rest.join(' ')) as Findings;
    });
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
    child.once('close', (code, signal) => {
      // Whoever ended it from outside did what the run is about; that life is not counted.
      if (signal === 'SIGKILL' || signal === 'SIGTERM' || code === 0) {
        resolve({ acknowledged, lastNumber: plan.firstNumber, findings, signal });
      } else {
        const text = complaints.join('').slice(-2_000);
        reject(
          new Error(`a worker ended with ${signal ?? code}, plan ${JSON.stringify(plan)}: ${text}`),
        );
      }
    });
  });
}

function freeze(child: ChildProcess): void {
  child.kill('SIGSTOP');
  setTimeout(() => child.kill('SIGCONT'), frozenMs);
}

function reportOf(
  kills: CrashReport['kills'],
  acknowledged: readonly [number, number][],
  findings: Findings,
  effects: string,
): CrashReport {
  const stored = new Set(findings.stored.flatMap(([from, to]) => range(from, to)));
  const promised = acknowledged.flatMap(([from, to]) => range(from, to));
  const external = effects.split('\n').filter(Boolean);
  const distinct = new Set(external);
  return {
    kills,
    acknowledged: promised.length,
    lost: promised.filter((n) => !stored.has(n)),
    storedEvents: stored.size,
    externalEffects: distinct.size,
    externalRepeats: external.length - distinct.size,
    findings,
  };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
