import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { SamplingPayloadWatch } from '#communication/webhooks/adapters/sampling-payload-watch.js';
import { learnShape } from '#communication/webhooks/domain/learn-shape.js';
import { shapeFromJson, shapeToJson } from '#communication/webhooks/domain/payload-shape-json.js';
import { PayloadTally } from '#communication/webhooks/domain/payload-tally.js';
import { loadSettings } from '#shared-kernel/config/settings.js';
import { median } from './repetitions.ts';

interface GitHubExamples {
  readonly name: string;
  readonly examples: readonly object[];
}

const rounds = 5;
/** Webhooks a second of a busy process (the goal of ingest), and the share that drift may cost. */
const busyPerSecond = 5_000;
const shareMax = 0.03;
const busySeconds = 3;
const samplesOfTally = 40;

/** Payload drift on the payloads of GitHub: a sample, a lesson, and the share of a busy ingest. */
export async function benchDrift(): Promise<void> {
  const all = createRequire(import.meta.url)('@octokit/webhooks-examples') as GitHubExamples[];
  const sampleUs: number[] = [];
  const lessonUs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const costs = all.map(costOf);
    sampleUs.push(mean(costs.map(({ sample }) => sample)));
    lessonUs.push(mean(costs.map(({ lesson }) => lesson)));
  }
  console.log(`sample   ${median(sampleUs).toFixed(1)} µs (mean over ${all.length} event types)`);
  console.log(`lesson   ${median(lessonUs).toFixed(0)} µs, read and written as JSON`);
  const share = await busyShare(all);
  console.log(
    `ingest   ${(share * 100).toFixed(2)} % of a core at ${busyPerSecond}/s over all event types ` +
      `(goal < ${shareMax * 100} %)`,
  );
  if (share >= shareMax) process.exitCode = 1;
}

/** In microseconds. */
function costOf({ examples }: GitHubExamples): { sample: number; lesson: number } {
  const tally = new PayloadTally();
  const startedAt = performance.now();
  for (let at = 0; at < samplesOfTally; at++) tally.add(examples[at % examples.length], 'whk_1');
  const sampledAt = performance.now();
  const stored = shapeToJson(learnShape(null, tally).shape);
  const learnedAt = performance.now();
  shapeToJson(learnShape(shapeFromJson(stored), tally).shape);
  const endedAt = performance.now();
  return {
    sample: ((sampledAt - startedAt) * 1_000) / samplesOfTally,
    lesson: (endedAt - learnedAt) * 1_000,
  };
}

/** The share of a core that looking and learning take, beside the same work without them. */
async function busyShare(all: readonly GitHubExamples[]): Promise<number> {
  const watch = new SamplingPayloadWatch(loadSettings({}, '', { tty: false }));
  const webhook = { id: 'whk_1', tenant: 'default', sourceId: 'src_1', provider: 'github' };
  const stored = new Map<string, string>();
  const look = (sent: number) => {
    const { name, examples } = all[sent % all.length] ?? { name: '', examples: [] };
    watch.look({ ...webhook, eventType: name }, examples[sent % Math.max(1, examples.length)]);
    if (sent % busyPerSecond !== 0) return;
    for (const { subject, tally } of watch.take(false)) {
      const known = stored.get(subject.eventType);
      const { shape } = learnShape(known === undefined ? null : shapeFromJson(known), tally);
      stored.set(subject.eventType, shapeToJson(shape));
    }
  };
  await cpuShareOf(look);
  return (await cpuShareOf(look)) - (await cpuShareOf(() => undefined));
}

/** Does the work at the rate of a busy process; counts CPU, since others use the machine too. */
async function cpuShareOf(work: (sent: number) => void): Promise<number> {
  const before = process.threadCpuUsage();
  const startedAt = performance.now();
  for (let sent = 0; sent < busyPerSecond * busySeconds;) {
    const due = ((performance.now() - startedAt) / 1_000) * busyPerSecond;
    while (sent < due) work(sent++);
    await pause(1);
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000 / (performance.now() - startedAt);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
