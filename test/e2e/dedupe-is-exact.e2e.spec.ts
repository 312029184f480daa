import { randomBytes, randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { ApiClient } from '../../tools/support/api-client.ts';
import { administer, startPostgres, type TestPostgres } from '../../tools/support/postgres.ts';
import {
  newApiKey,
  type SignalboxProcess,
  startProcess,
} from '../../tools/support/signalbox-process.ts';
import { ensureBuilt } from '../support/built-program.ts';
import { makeSource, sourceSecret, type TestSource } from '../support/factories.ts';
import { receivedWebhooks, storedEventIds } from '../support/received-webhooks.ts';
import { signedWebhook } from '../support/signed-webhooks.ts';

const copies = 1_000;

interface CopyAnswer {
  readonly status: number;
  readonly webhookId: string;
  readonly eventId: string;
  readonly duplicate: boolean;
}

/** Sends one webhook so often at once, to these programs by turns. */
async function sendCopies(urls: readonly string[], source: TestSource): Promise<CopyAnswer[]> {
  const sender = { secret: sourceSecret, body: '{"ref":"main"}', id: randomUUID() };
  const { headers, body } = await signedWebhook('github', sender);
  const pools = urls.map((url) => new Pool(url, { connections: 200, pipelining: 1 }));
  const sendTo = async (pool: Pool): Promise<CopyAnswer> => {
    const path = source.hooksPath;
    const answer = await pool.request({ method: 'POST', path, headers: { ...headers }, body });
    return { status: answer.statusCode, ...((await answer.body.json()) as object) } as CopyAnswer;
  };
  const answers = Array.from({ length: copies }, (_, copy) => sendTo(pools[copy % pools.length]!));
  const all = await Promise.all(answers);
  await Promise.all(pools.map((pool) => pool.close()));
  return all;
}

/** One was the first, all others repeat it, and there is one row and one event. */
async function expectOne(answers: readonly CopyAnswer[], api: ApiClient, source: TestSource) {
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array<number>(copies - 1).fill(200), 202]);
  const first = answers.find(({ status }) => status === 202)!;
  const { status: _status, ...ids } = first;
  for (const { status, ...answer } of answers) {
    expect(answer).toEqual({ ...ids, duplicate: status === 200 });
  }
  const rows = await api.get<{ items: { id: string; eventId: string }[] }>(
    `/v1/webhooks?sourceId=${source.id}`,
  );
  expect(rows.items).toMatchObject([{ id: first.webhookId, eventId: first.eventId }]);
  expect((await storedEventIds(api)).filter((id) => id === first.eventId)).toHaveLength(1);
}

const settings = { DISK_FREE_BYTES_MIN: '0', LOG_LEVEL: 'error', PAYLOAD_DRIFT: 'off' };

beforeAll(() => ensureBuilt(), 120_000);

it('1,000 copies at two processes on one PostgreSQL are one webhook', async () => {
  const apiKey = newApiKey();
  const server: TestPostgres = await startPostgres();
  const started: SignalboxProcess[] = [];
  try {
    const url = await server.newDatabase();
    const shared = { DATABASE_URL: url, SECRET_KEY: randomBytes(32).toString('base64') };
    for (let instance = 0; instance < 2; instance++) {
      started.push(await startProcess({ apiKey, settings: { ...settings, ...shared } }));
    }
    const urls = started.map((instance) => instance.url);
    const api = new ApiClient(urls[0] ?? '', apiKey);
    for (let round = 0; round < 3; round++) {
      const source = await makeSource(api);
      await expectOne(await sendCopies(urls, source), api, source);
    }
    const [counted] = await administer(
      url,
      `SELECT (SELECT count(*)::int FROM webhook) AS webhooks,
        (SELECT count(*)::int FROM webhook_seen) AS seen,
        (SELECT count(*)::int FROM event_log WHERE name = 'communication.webhook-received') AS events`,
    );
    expect(counted).toEqual({ webhooks: 3, seen: 3, events: 3 });
  } finally {
    for (const instance of started) await instance.kill();
    await server.stop();
  }
}, 120_000);

it('1,000 copies at one process on SQLite are one webhook', async () => {
  const program = await startProcess({ settings });
  try {
    const api = new ApiClient(program.url, program.apiKey);
    const source = await makeSource(api);
    await expectOne(await sendCopies([program.url], source), api, source);
    expect(await receivedWebhooks(api)).toHaveLength(1);
  } finally {
    await program.stop();
  }
}, 60_000);
