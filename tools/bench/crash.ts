import { parseArgs } from 'node:util';
import { plantedFaults } from '../crash/crash-plan.ts';
import { type CrashReport, runCrashes } from '../crash/crash-run.ts';

/**
 * `npm run bench -- crash --kills 1000`: kills the kernel at named points, and checks that what was
 * acknowledged is stored and handled, once and in order. `--url` takes an empty PostgreSQL
 * database, on which `--workers` share the work. `--plant` breaks a promise on purpose: such a run
 * must end with faults.
 */
export async function benchCrash(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '100' },
      events: { type: 'string', default: '1000' },
      workers: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      url: { type: 'string' },
      plant: { type: 'string' },
    },
  });
  const started = performance.now();
  console.log(`seed ${values.seed}`);
  const report = await runCrashes({
    url: values.url ?? null,
    kills: Number(values.kills),
    workers: Number(values.workers),
    seed: Number(values.seed),
    eventsPerLife: Number(values.events),
    fault: plantedFaults.find((fault) => fault === values.plant) ?? null,
    onKill: (killed) => {
      if (killed % 50 === 0) console.log(`${killed} killed`);
    },
  });
  console.log(describe(report));
  console.log(`${((performance.now() - started) / 1_000).toFixed(0)} s`);
  const faults = crashFaults(report);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function describe(report: CrashReport): string {
  const { kills, acknowledged, storedEvents, externalEffects, externalRepeats, findings } = report;
  return [
    `killed: ${Object.entries(kills)
      .map(([point, times]) => `${point} ${times}`)
      .join(', ')}`,
    `events: ${acknowledged} acknowledged, ${report.lost.length} of them lost, ${storedEvents} stored`,
    `effects on our data: ${findings.effects} and ${findings.followUps} one stop further`,
    `effects outside: ${externalEffects} events, ${externalRepeats} repeats (at least once)`,
    `inversions of a key: ${findings.inversions}`,
  ].join('\n');
}

/** Everything that must not be, in words; empty when all is well. */
export function crashFaults({
  lost,
  storedEvents,
  externalEffects,
  findings,
}: CrashReport): string[] {
  const faults: string[] = [];
  const mustBe = (what: string, found: number, expected: number): void => {
    if (found !== expected) faults.push(`${what}: ${found} instead of ${expected}`);
  };
  mustBe('acknowledged events that were lost', lost.length, 0);
  mustBe('events that are stored twice', findings.storedTwice, 0);
  mustBe('effects', findings.effects, storedEvents);
  mustBe('effects one stop further', findings.followUps, storedEvents);
  mustBe('events with an effect outside', externalEffects, storedEvents);
  mustBe('keys with a wrong sum', findings.wrongSums, 0);
  mustBe('inversions', findings.inversions, 0);
  mustBe('jobs that are not done', findings.unfinishedJobs, 0);
  mustBe('reactions whose account does not balance', findings.unsettled.length, 0);
  return faults;
}
