import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../support/api-client.ts';
import { startHttpSink } from '../support/http-sink.ts';
import { newApiKey, startProcess } from '../support/signalbox-process.ts';
import { waitFor } from '../support/wait-for.ts';
import { seedBacklog } from './seed-backlog.ts';

const drainTimeoutMs = 120_000;
const endpoints = 4;
/** Deliveries until the program is warm, as a share of all. */
const warmUpShare = 0.25;

/**
 * The outbound side alone: how fast a backlog that is due leaves, signed, for a local sink, and how
 * much time of a processor each delivery takes, which a busy machine does not blur.
 */
export async function benchDrain(deliveries = 40_000): Promise<void> {
  const sink = await startHttpSink();
  const dataFolder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  const apiKey = newApiKey();
  const settings = { OUTBOUND_ALLOWED_RANGES: '127.0.0.0/8', LOG_LEVEL: 'error' };
  const start = () => startProcess({ dataFolder, apiKey, settings });
  let signalbox = await start();
  try {
    const api = new ApiClient(signalbox.url, apiKey);
    const made = Array.from({ length: endpoints }, (_unused, n) =>
      api.post<{ id: string }>('/v1/endpoints', { name: `sink ${n}`, url: sink.url }),
    );
    const ids = (await Promise.all(made)).map(({ id }) => id);
    await signalbox.stop();
    seedBacklog(dataFolder, ids, deliveries);
    signalbox = await start();
    const warm = Math.floor(deliveries * warmUpShare);
    await waitFor('warm-up', () => sink.taken.length >= warm, drainTimeoutMs);
    const [from, startedAt, cpuBefore] = [sink.taken.length, performance.now(), cpuMs(signalbox)];
    await waitFor('all deliveries', () => sink.taken.length >= deliveries, drainTimeoutMs);
    const count = sink.taken.length - from;
    const perSecond = Math.round((count / (performance.now() - startedAt)) * 1_000);
    const cpuUs = Math.round(((cpuMs(signalbox) - cpuBefore) / count) * 1_000);
    console.log(
      `outbound   ${perSecond}/s signed from a backlog (goal >= 4,000/s), ${cpuUs} µs CPU each`,
    );
  } finally {
    await signalbox.kill();
    rmSync(dataFolder, { recursive: true, force: true });
    await sink.close();
  }
}

/** Time on processors of all threads so far; Linux counts it in hundredths of a second. */
function cpuMs({ child }: { readonly child: { readonly pid?: number | undefined } }): number {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
