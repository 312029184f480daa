import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiClient } from '../support/api-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { newApiKey, type SignalboxProcess, startProcess } from '../support/signalbox-process.ts';
import { waitFor } from '../support/wait-for.ts';
import { type OrderedSink, startOrderedSink } from './ordered-sink.ts';

const batchSize = 100;
const drainMs = 3_600_000;
const refusedShare = 0.02;

/** What one run is asked for. */
export interface OrderRun {
  readonly events: number;
  readonly keys: number;
  /** Processes that are killed, evenly spread over the events. */
  readonly kills: number;
  readonly seed: number;
  /** Two processes on PostgreSQL instead of one on SQLite. */
  readonly isShared: boolean;
  /** False plants a fault: the endpoint keeps no order, and inversions must be seen. */
  readonly keepsOrder: boolean;
}

/**
 * `npm run bench -- order --events 1000000 --keys 1000 --kills 20 --postgres`: events of many keys
 * for one endpoint that keeps them in order, past refusals, retries and killed processes. An
 * arrival that is not the next of its key is an inversion, and there must be none.
 */
export async function benchOrder(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string', default: '20000' },
      keys: { type: 'string', default: '200' },
      kills: { type: 'string', default: '4' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      postgres: { type: 'boolean', default: false },
    },
  });
  const run = {
    events: Number(values.events),
    keys: Number(values.keys),
    kills: Number(values.kills),
    seed: Number(values.seed),
    isShared: values.postgres,
    keepsOrder: true,
  };
  const startedAt = performance.now();
  const { accepted, repeated, inversions } = await runOrder(run);
  const perSecond = Math.round(accepted / ((performance.now() - startedAt) / 1_000));
  console.log(
    `${inversions} inversions in ${accepted} events of ${run.keys} keys, ${run.kills} kills, ` +
      `${repeated} came again, ${perSecond}/s (seed ${run.seed})`,
  );
  if (inversions > 0) process.exitCode = 1;
}

/** Publishes, kills, and waits until everything has arrived. */
export async function runOrder(run: OrderRun): Promise<OrderedSink> {
  const sink = await startOrderedSink(refusedShare, run.seed);
  const random = seededRandom(run.seed);
  const cluster = await Cluster.start(run.isShared);
  try {
    await route(cluster.api(), sink.url, run.keepsOrder);
    const everyBatches = Math.max(1, Math.floor(run.events / batchSize / (run.kills + 1)));
    let kills = 0;
    for (let batch = 0; batch * batchSize < run.events; batch++) {
      await publish(cluster.api(), batch, run);
      if (kills < run.kills && batch % everyBatches === everyBatches - 1) {
        await cluster.killOne(random());
        kills++;
      }
    }
    await waitFor(`all events of seed ${run.seed}`, () => sink.accepted >= run.events, drainMs);
    return sink;
  } finally {
    await cluster.end();
    sink.close();
  }
}

/** The processes of a run and what they share. */
class Cluster {
  private readonly folders: string[] = [];
  private processes: SignalboxProcess[] = [];
  private readonly apiKey = newApiKey();
  private readonly secretKey = randomBytes(32).toString('base64');
  private postgres: TestPostgres | null = null;
  private databaseUrl: string | null = null;

  static async start(isShared: boolean): Promise<Cluster> {
    const cluster = new Cluster();
    if (isShared) {
      cluster.postgres = await startPostgres();
      cluster.databaseUrl = await cluster.postgres.newDatabase();
    }
    for (let n = 0; n < (isShared ? 2 : 1); n++) {
      cluster.folders.push(mkdtempSync(join(tmpdir(), 'signalbox-bench-')));
      cluster.processes.push(await cluster.launch(n));
    }
    return cluster;
  }

  api(): ApiClient {
    return new ApiClient(this.processes[0]?.url ?? '', this.apiKey);
  }

  /** Kills a process wherever it is, and starts it again. */
  async killOne(randomUnit: number): Promise<void> {
    const index = Math.floor(randomUnit * this.processes.length);
    await this.processes[index]?.kill();
    this.processes[index] = await this.launch(index);
  }

  async end(): Promise<void> {
    await Promise.all(this.processes.map((one) => one.kill()));
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
    await this.postgres?.stop();
  }

  private launch(index: number): Promise<SignalboxProcess> {
    const shared = this.databaseUrl === null ? {} : { DATABASE_URL: this.databaseUrl };
    return startProcess({
      apiKey: this.apiKey,
      dataFolder: this.folders[index] ?? '',
      settings: {
        SECRET_KEY: this.secretKey,
        LOG_LEVEL: 'error',
        OUTBOUND_ALLOWED_RANGES: '127.0.0.0/8',
        DISK_FREE_BYTES_MIN: '0',
        ...shared,
      },
    });
  }
}

async function route(api: ApiClient, url: string, keepsOrder: boolean): Promise<void> {
  const { id } = await api.post<{ id: string }>('/v1/endpoints', {
    name: 'ordered',
    url,
    order: keepsOrder ? 'key' : 'none',
    retryPolicy: { delaysMs: Array.from({ length: 19 }, () => 100) },
    // What is refused here at random is no outage.
    breaker: { opensAfter: 1_000 },
  });
  await api.post('/v1/rules', {
    name: 'all',
    match: { types: ['bench.ordered'] },
    actions: [{ kind: 'deliver', endpointId: id }],
  });
}

async function publish(api: ApiClient, batch: number, { keys, events }: OrderRun): Promise<void> {
  const first = batch * batchSize;
  const count = Math.min(batchSize, events - first);
  const batchOf = Array.from({ length: count }, (_unused, offset) => {
    const at = first + offset;
    const data = { key: `key ${at % keys}`, number: Math.floor(at / keys) };
    const subject = data.key;
    const source = '/bench';
    return { specversion: '1.0', id: `e${at}`, source, subject, type: 'bench.ordered', data };
  });
  const answer = await fetch(`${api.url}/v1/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.apiKey}`,
      'content-type': 'application/cloudevents-batch+json',
    },
    body: JSON.stringify(batchOf),
  });
  if (!answer.ok) throw new Error(`publishing answered ${answer.status}: ${await answer.text()}`);
}
