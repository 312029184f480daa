import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApiClient } from '../support/api-client.ts';
import { newApiKey, type ProcessOptions, startProcess } from '../support/signalbox-process.ts';
import { benchSecret, type LoadResult, sendSteadily, sendWebhooks } from './webhook-load.ts';

const rounds = 3;
const seconds = 6;
const warmUpSeconds = 2;
const connections = 64;
const steadyPerSecond = 2_000;

const databaseUrl = process.env['DATABASE_URL'];
/** One database for all rounds: what the first start wrote down holds for the later ones. */
const postgres: ProcessOptions = {
  apiKey: newApiKey(),
  settings: {
    DATABASE_URL: databaseUrl ?? '',
    SECRET_KEY: randomBytes(32).toString('base64'),
  },
};

/** A server under load: where to send webhooks, and how to end it. */
interface Target {
  readonly url: string;
  readonly path: string;
  stop(): Promise<void>;
}

/**
 * Durable ingest: Signalbox with everything on against a bare server on the same storage, in turns
 * in one run, so that the noise of the machine meets both. Then the acknowledgement at a steady
 * rate. With DATABASE_URL in the environment, Signalbox on that PostgreSQL takes turns with them.
 */
export async function benchIngest(): Promise<void> {
  const ratios: number[] = [];
  let best = 0;
  const onServer: LoadResult[] = [];
  for (let round = 1; round <= rounds; round++) {
    const bare = await measure(await startBare());
    const ours = await measure(await startOurs());
    ratios.push(ours.perSecond / bare.perSecond);
    best = Math.max(best, ours.perSecond);
    if (databaseUrl !== undefined) onServer.push(await measure(await startOurs(postgres)));
    console.log(`round ${round}   bare ${describe(bare)}   Signalbox ${describe(ours)}`);
    for (const result of onServer.slice(-1)) console.log(`PostgreSQL ${describe(result)}`);
  }
  const steady = await measure(await startOurs(), steadyPerSecond);
  if (databaseUrl !== undefined) {
    const steadyOnServer = await measure(await startOurs(postgres), steadyPerSecond);
    console.log(`PostgreSQL at a steady rate ${describe(steadyOnServer)}`);
  }
  ratios.sort((a, b) => a - b);
  const median = ratios[Math.floor(ratios.length / 2)] ?? 0;
  console.log(`ratio      ${percent(median)} of the bare server (median; goal >= 60 %)`);
  console.log(`throughput ${Math.round(best)}/s with fsync (best round; goal >= 5,000/s)`);
  console.log(
    `steady     ${Math.round(steady.perSecond)}/s: p50 ${steady.p50Ms} ms, p99 ${steady.p99Ms} ms ` +
      '(goal p99 < 25 ms at 2,000/s)',
  );
}

async function measure(target: Target, perSecond?: number): Promise<LoadResult> {
  const load = { url: target.url, path: target.path, connections };
  try {
    await sendWebhooks({ ...load, seconds: warmUpSeconds });
    const result =
      perSecond === undefined
        ? await sendWebhooks({ ...load, seconds })
        : await sendSteadily({ ...load, seconds }, perSecond);
    if (result.others > 0) throw new Error(`${result.others} requests were not accepted`);
    return result;
  } finally {
    await target.stop();
  }
}

async function startOurs(options: ProcessOptions = {}): Promise<Target> {
  const signalbox = await startProcess(options);
  const api = new ApiClient(signalbox.url, signalbox.apiKey);
  const source = { name: 'bench', provider: 'github', secrets: [benchSecret] };
  const { url } = await api.post<{ url: string }>('/v1/sources', source);
  return { url: signalbox.url, path: new URL(url).pathname, stop: () => signalbox.stop() };
}

async function startBare(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-bare-'));
  const file = fileURLToPath(new URL('bare-server.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const url = /http:\/\/\S+/.exec(chunk.toString())?.[0] ?? '';
  return {
    url,
    path: '/',
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function describe({ perSecond, p50Ms, p99Ms }: LoadResult): string {
  return `${String(Math.round(perSecond)).padStart(6)}/s (p50 ${p50Ms} ms, p99 ${p99Ms} ms)`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}
