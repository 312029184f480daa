import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import autocannon from 'autocannon';
import { Pool } from 'undici';

/** The secret that all benchmarks sign with. */
export const benchSecret = 'a secret for benchmarks only';

/**
 * A GitHub webhook of about 1 KB, signed once: only its delivery id differs from one to the next.
 */
const body = JSON.stringify({
  ref: 'refs/heads/main',
  repository: { id: 1, full_name: 'signalbox/bench', private: false },
  sender: { login: 'bench', id: 2 },
  head_commit: { id: 'f'.repeat(40), message: 'x'.repeat(780) },
});
const signature = `sha256=${createHmac('sha256', benchSecret).update(body).digest('hex')}`;

const fixedHeaders = {
  'content-type': 'application/json',
  'x-github-event': 'push',
  'x-hub-signature-256': signature,
};
/** How often the steady sender looks whether the next webhook is due. */
const paceMs = 1;
/** Ids among which a repeat is chosen. */
const recentIds = 1_000;

/** Load to send. */
export interface WebhookLoad {
  readonly url: string;
  readonly path: string;
  readonly seconds: number;
  readonly connections: number;
}

/** What the load met. */
export interface LoadResult {
  readonly perSecond: number;
  readonly accepted: number;
  readonly others: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sends distinct signed webhooks as fast as they are answered. */
export async function sendWebhooks(load: WebhookLoad): Promise<LoadResult> {
  const runId = randomUUID();
  let sent = 0;
  const result = await autocannon({
    url: load.url,
    connections: load.connections,
    duration: load.seconds,
    requests: [
      {
        method: 'POST',
        path: load.path,
        body,
        headers: fixedHeaders,
        setupRequest(request) {
          const headers = { ...request.headers, 'x-github-delivery': `${runId}-${sent++}` };
          return { ...request, headers };
        },
      },
    ],
  });
  return {
    perSecond: result['2xx'] / result.duration,
    accepted: result['2xx'],
    others: result.non2xx + result.errors + result.timeouts,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}

/**
 * Sends distinct signed webhooks evenly spread over the time. (autocannon sends what it may send in
 * a second at the beginning of that second, which measures its burst and not the server.)
 */
export async function sendSteadily(load: WebhookLoad, perSecond: number): Promise<LoadResult> {
  const pool = new Pool(load.url, { connections: load.connections, pipelining: 1 });
  const runId = randomUUID();
  const latencies: number[] = [];
  let others = 0;
  const sendOne = async (number: number): Promise<void> => {
    const headers = { ...fixedHeaders, 'x-github-delivery': `${runId}-${number}` };
    const startedAt = performance.now();
    const answer = await pool.request({ method: 'POST', path: load.path, headers, body });
    await answer.body.dump();
    latencies.push(performance.now() - startedAt);
    if (answer.statusCode !== 202) others++;
  };
  const underWay: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let sent = 0; sent < perSecond * load.seconds;) {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond);
    while (sent < due) underWay.push(sendOne(sent++));
    await pause(paceMs);
  }
  await Promise.all(underWay);
  await pool.close();
  return {
    perSecond: latencies.length / load.seconds,
    accepted: latencies.length - others,
    others,
    p50Ms: round(quantile(latencies, 0.5)),
    p99Ms: round(quantile(latencies, 0.99)),
  };
}

/** The answer to one webhook of a load with repeats. */
interface LoadReceipt {
  readonly webhookId: string;
  readonly duplicate: boolean;
}

/**
 * Sends signed webhooks as fast as they are answered, of which a share repeats one of the last
 * thousand ids, so that some come while the first one is still on its way.
 *
 * @returns the answers by delivery id
 */
export async function sendRepeating(
  load: WebhookLoad,
  share: number,
  runId: string,
): Promise<Map<string, LoadReceipt[]>> {
  const pool = new Pool(load.url, { connections: load.connections, pipelining: 1 });
  const answers = new Map<string, LoadReceipt[]>();
  const endsAt = performance.now() + load.seconds * 1_000;
  let made = 0;
  const nextId = (): string => {
    if (made > 0 && Math.random() < share) {
      return `${runId}-${made - 1 - Math.floor(Math.random() * Math.min(made, recentIds))}`;
    }
    return `${runId}-${made++}`;
  };
  const sender = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      const id = nextId();
      const headers = { ...fixedHeaders, 'x-github-delivery': id };
      const answer = await pool.request({ method: 'POST', path: load.path, headers, body });
      const receipt = (await answer.body.json()) as LoadReceipt;
      if (answer.statusCode !== (receipt.duplicate ? 200 : 202)) {
        throw new Error(`answered ${answer.statusCode}`);
      }
      const known = answers.get(id);
      if (known === undefined) answers.set(id, [receipt]);
      else known.push(receipt);
    }
  };
  await Promise.all(Array.from({ length: load.connections }, sender));
  await pool.close();
  return answers;
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
