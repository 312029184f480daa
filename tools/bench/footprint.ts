import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient } from '../support/api-client.ts';
import { type SignalboxProcess, startProcess } from '../support/signalbox-process.ts';
import { benchSecret, sendWebhooks } from './webhook-load.ts';

const starts = 5;
const idleMs = 10_000;
const loadSeconds = 15;
/** Linux counts CPU time in hundredths of a second (sysconf _SC_CLK_TCK). */
const ticksPerSecond = 100;

/** Time to start, memory at rest and under load, CPU at rest. Needs Linux' /proc. */
export async function benchFootprint(): Promise<void> {
  const startTimes: number[] = [];
  for (let index = 0; index < starts; index++) {
    const one = await startProcess();
    startTimes.push(one.startMs);
    await one.stop();
  }
  startTimes.sort((a, b) => a - b);
  const signalbox = await startProcess();
  try {
    await pause(idleMs / 2);
    const before = cpuSeconds(signalbox);
    await pause(idleMs);
    const idleCpu = (cpuSeconds(signalbox) - before) / (idleMs / 1_000);
    const idleMiB = rssMiB(signalbox);
    const api = new ApiClient(signalbox.url, signalbox.apiKey);
    const source = { name: 'bench', provider: 'github', secrets: [benchSecret] };
    const { url } = await api.post<{ url: string }>('/v1/sources', source);
    const path = new URL(url).pathname;
    await sendWebhooks({ url: signalbox.url, path, seconds: loadSeconds, connections: 64 });
    console.log(`start      ${Math.round(startTimes[2] ?? 0)} ms to ready (median of ${starts})`);
    console.log(`idle       ${idleMiB} MiB resident (goal < 120), CPU ${percent(idleCpu)}`);
    console.log(`under load ${rssMiB(signalbox)} MiB resident (goal < 250)`);
  } finally {
    await signalbox.stop();
  }
}

function rssMiB({ child }: SignalboxProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

function cpuSeconds({ child }: SignalboxProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  // utime and stime are fields 14 and 15 of proc_pid_stat(5); two stand before the parenthesis.
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} % (goal < 1 %)`;
}
