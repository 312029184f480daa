import { setTimeout as pause } from 'node:timers/promises';
import { EventBus } from '@nestjs/cqrs';
import { waitFor } from '../support/wait-for.ts';
import { type BenchEvent, ourEvent } from './bench-messages.ts';
import { startOurs } from './bus-programs.ts';
import { median } from './repetitions.ts';
import {
  openTemporaryPostgres,
  openTemporarySqlite,
  type TemporaryStore,
} from './temporary-store.ts';
import { quantile } from './webhook-load.ts';

const rounds = 3;
const backlog = 60_000;
const publishedAtOnce = 1_000;
const backlogTimeoutMs = 120_000;
const steadyPerSecond = 200;
const steadySeconds = 6;
const latencyP99MaxMs = 20;

/** The stores that reactions are measured on, and events per second that are the goal there. */
const stores: readonly {
  readonly name: string;
  readonly perSecondMin: number;
  readonly open: Open;
}[] = [
  { name: 'SQLite', perSecondMin: 20_000, open: openTemporarySqlite },
  { name: 'PostgreSQL', perSecondMin: 10_000, open: openTemporaryPostgres },
];

type Open = () => Promise<TemporaryStore>;

/** How a reaction declares its order, and how many keys its events have. */
const shapes = [
  { name: 'independent', independent: true, keys: 1_000 },
  { name: 'ordered, 1,000 keys', independent: false, keys: 1_000 },
  { name: 'ordered, 10 keys', independent: false, keys: 10 },
];

/**
 * From the log to a reaction that decides nothing: events per second over a backlog, and the time
 * from a commit to the start of its reaction at a modest rate. Everything is on but the collector.
 */
export async function benchReactions([only]: readonly string[]): Promise<void> {
  for (const { name, perSecondMin, open } of stores) {
    if (only !== undefined && only !== name.toLowerCase()) continue;
    for (const shape of shapes) {
      const perSecond: number[] = [];
      for (let round = 0; round < rounds; round++) perSecond.push(await drain(open, shape));
      console.log(
        `${name.padEnd(11)} ${shape.name.padEnd(20)} ${Math.round(median(perSecond))}/s, ` +
          `median of ${perSecond.map(Math.round).join(', ')} (goal >= ${perSecondMin}/s)`,
      );
      if (shape.independent && median(perSecond) < perSecondMin) process.exitCode = 1;
    }
    const latencies = await latenciesMs(open);
    const p99 = quantile(latencies, 0.99);
    console.log(
      `${name.padEnd(11)} commit to reaction   p50 ${quantile(latencies, 0.5).toFixed(2)} ms, ` +
        `p99 ${p99.toFixed(2)} ms at ${steadyPerSecond}/s (goal p99 < ${latencyP99MaxMs} ms)`,
    );
    if (p99 >= latencyP99MaxMs) process.exitCode = 1;
  }
}

/** Fills the log, then starts a program with the reaction: events per second until the last. */
async function drain(open: Open, shape: (typeof shapes)[number]): Promise<number> {
  const { store, close } = await open();
  let handled = 0;
  const event = ourEvent(1, { ...shape, told: () => handled++ });
  const filling = await startOurs({ store, providers: [] });
  for (let from = 0; from < backlog; from += publishedAtOnce) {
    await filling.get(EventBus).publishAll(eventsFrom(event, from));
  }
  await filling.close();
  const startedAt = performance.now();
  const program = await startOurs({ store, providers: [event.handler] });
  await waitFor('the end of the backlog', () => handled >= backlog, backlogTimeoutMs);
  const seconds = (performance.now() - startedAt) / 1_000;
  await program.close();
  await close();
  if (handled !== backlog) throw new Error(`${handled} of ${backlog} events were handled`);
  return backlog / seconds;
}

function eventsFrom(event: BenchEvent, from: number): object[] {
  return Array.from({ length: publishedAtOnce }, (_, index) => event.make(from + index));
}

/** Milliseconds from each answered commit to the start of its reaction. */
async function latenciesMs(open: Open): Promise<number[]> {
  const { store, close } = await open();
  const committedAtMs: number[] = [];
  const startedAtMs: number[] = [];
  const told = (n: number) => void (startedAtMs[n] = performance.now());
  const event = ourEvent(1, { independent: true, told });
  const program = await startOurs({ store, providers: [event.handler] });
  const bus = program.get(EventBus);
  const publish = async (n: number): Promise<void> => {
    await bus.publish(event.make(n));
    committedAtMs[n] = performance.now();
  };
  const firstAt = performance.now();
  const total = steadyPerSecond * steadySeconds;
  const published: Promise<void>[] = [];
  for (let n = 0; n < total; n++) {
    const dueInMs = firstAt + (n * 1_000) / steadyPerSecond - performance.now();
    if (dueInMs > 0) await pause(dueInMs);
    published.push(publish(n));
  }
  await Promise.all(published);
  const ends = () => Array.from({ length: total }, (_, n) => startedAtMs[n]);
  await waitFor('the last reaction', () => ends().every((at) => at !== undefined));
  await program.close();
  await close();
  // The first ones pay for code that is not compiled yet.
  const warm = committedAtMs.slice(steadyPerSecond);
  return warm.map((atMs, n) => Math.max(0, (startedAtMs[n + steadyPerSecond] ?? 0) - atMs));
}
