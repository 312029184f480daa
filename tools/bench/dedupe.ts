import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api-client.ts';
import { startProcess } from '../support/signalbox-process.ts';
import { benchSecret, sendRepeating } from './webhook-load.ts';

const shares = [0, 0.5, 0.95];
const seconds = 4;
const connections = 64;

interface Receipt {
  readonly webhookId: string;
  readonly duplicate: boolean;
}

/**
 * Ingest with a share of repeats: throughput, and whether each delivery id became exactly one
 * webhook whose id all its repeats were answered with.
 */
export async function benchDedupe(): Promise<void> {
  let wrong = 0;
  for (const share of shares) {
    const databaseUrl = process.env['DATABASE_URL'];
    const settings = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
    const signalbox = await startProcess({ settings });
    const api = new ApiClient(signalbox.url, signalbox.apiKey);
    const source = { name: 'bench', provider: 'github', secrets: [benchSecret] };
    const { url, id } = await api.post<{ url: string; id: string }>('/v1/sources', source);
    const load = { url: signalbox.url, path: new URL(url).pathname, seconds, connections };
    const answers = await sendRepeating(load, share, randomUUID());
    const faults = inexact(answers) + (await missing(api, id, answers));
    wrong += faults;
    const repeats = [...answers.values()].flat().filter(({ duplicate }) => duplicate).length;
    const sent = [...answers.values()].flat().length;
    console.log(
      `${percent(share)} repeats  ${Math.round(sent / seconds)}/s, ${answers.size} webhooks, ` +
        `${repeats} repeats told (${percent(repeats / sent)}), ${faults} wrong`,
    );
    await signalbox.stop();
  }
  console.log(`exactness  ${wrong} wrong answers (goal 0)`);
  if (wrong > 0) process.exitCode = 1;
}

/** Delivery ids that were new never or more than once, or whose answers name several webhooks. */
function inexact(answers: ReadonlyMap<string, readonly Receipt[]>): number {
  const isExact = (receipts: readonly Receipt[]) =>
    receipts.filter(({ duplicate }) => !duplicate).length === 1 &&
    new Set(receipts.map(({ webhookId }) => webhookId)).size === 1;
  return [...answers.values()].filter((receipts) => !isExact(receipts)).length;
}

/** How far the stored webhooks are from those that were answered. */
async function missing(
  api: ApiClient,
  sourceId: string,
  answers: ReadonlyMap<string, readonly Receipt[]>,
): Promise<number> {
  const promised = new Set([...answers.values()].map(([first]) => first?.webhookId));
  let stored = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = `sourceId=${sourceId}&limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const page: { items: { id: string }[]; next: string | null } = await api.get(
      `/v1/webhooks?${query}`,
    );
    stored += page.items.length;
    for (const { id } of page.items) promised.delete(id);
    cursor = page.next;
  }
  return promised.size + Math.abs(stored - answers.size);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
