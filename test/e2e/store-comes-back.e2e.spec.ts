import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { ApiClient } from '../../tools/support/api-client.ts';
import { startPostgres, type TestPostgres } from '../../tools/support/postgres.ts';
import { startProcess } from '../../tools/support/signalbox-process.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { ensureBuilt } from '../support/built-program.ts';
import { makeSource, sourceSecret } from '../support/factories.ts';
import { receivedWebhooks } from '../support/received-webhooks.ts';
import { type Answer, expectProblem, request } from '../support/request.ts';
import { signedBytes } from '../support/signed-webhooks.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { startWebhookLoad } from '../support/webhook-load.ts';

const settings = { DISK_FREE_BYTES_MIN: '0', LOG_LEVEL: 'error' };

/** Sends one webhook of so many bytes. */
function sendTo(url: string, bytes = 200): Promise<Answer> {
  const { headers, body } = signedBytes(sourceSecret, randomBytes(bytes));
  return request(url, { method: 'POST', headers, body });
}

/** What a sender is told while nothing can be stored: to come back, and nothing of what is inside. */
function expectRefusal(answer: Answer): void {
  expect(answer.status).toBe(503);
  expectProblem(answer, storageErrors.unavailable.code);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.text).not.toMatch(/whk_|evt_|ECONN|127\.0\.0\.1/);
}

beforeAll(() => ensureBuilt(), 120_000);

describe('PostgreSQL that goes away', () => {
  let server: TestPostgres;
  let proxy: TcpProxy;
  beforeAll(async () => {
    server = await startPostgres();
    const database = new URL(await server.newDatabase());
    proxy = await startTcpProxy(Number(database.port));
    database.port = String(proxy.port);
    shared.DATABASE_URL = database.toString();
  }, 60_000);
  afterAll(async () => {
    await proxy.down();
    await server.stop();
  });
  const shared = { DATABASE_URL: '', SECRET_KEY: randomBytes(32).toString('base64') };

  it('is answered with 503, comes back by itself, and nothing acknowledged is lost', async () => {
    const program = await startProcess({ settings: { ...settings, ...shared } });
    const api = new ApiClient(program.url, program.apiKey);
    const source = await makeSource(api);
    const single = await makeSource(api, 'hmac');
    const load = startWebhookLoad(source.hooksPath, 4);
    load.sendTo(program.url);
    try {
      for (let round = 0; round < 3; round++) {
        const before = load.acknowledged.size;
        await waitFor('webhooks to be taken', () => load.acknowledged.size > before + 20);
        await proxy.down();
        expectRefusal(await sendTo(`${program.url}${single.hooksPath}`));
        await proxy.up();
      }
      const before = load.acknowledged.size;
      await waitFor('webhooks to be taken again', () => load.acknowledged.size > before + 20);
      expect([...load.refused.keys()]).toEqual([503]);
      await load.stop();
      const promised = [...load.acknowledged];
      const stored = (await receivedWebhooks(api)).map(({ deliveryId }) => deliveryId);
      expect(promised.filter((id) => !stored.includes(id))).toEqual([]);
      expect(new Set(stored).size).toBe(stored.length);
    } finally {
      await load.stop();
      await program.kill();
    }
  }, 90_000);
});

/** The limit of file sizes of a process that runs can be changed only on Linux. */
const hasLimits = (() => {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

(hasLimits ? describe : describe.skip)('a disk that takes no more', () => {
  const mebibyte = 1_024 * 1_024;

  it('is answered with 503, and webhooks are taken again as soon as there is room', async () => {
    const program = await startProcess({ settings });
    const limitFiles = (bytes: string) =>
      execFileSync('prlimit', ['--pid', String(program.child.pid), `--fsize=${bytes}:unlimited`]);
    try {
      const api = new ApiClient(program.url, program.apiKey);
      const { hooksPath } = await makeSource(api, 'hmac');
      const send = () => sendTo(`${program.url}${hooksPath}`, 100 * 1_024);
      limitFiles(String(2 * mebibyte));
      const taken: string[] = [];
      const last = await waitFor('the disk to be full', async () => {
        const answer = await send();
        if (answer.status !== 202) return answer;
        taken.push(answer.json<{ webhookId: string }>().webhookId);
        return null;
      });
      expectRefusal(last);
      expect(taken.length).toBeGreaterThan(3);
      limitFiles('unlimited');
      const answer = await waitFor('webhooks to be taken again', async () => {
        const next = await send();
        return next.status === 202 && next;
      });
      taken.push(answer.json<{ webhookId: string }>().webhookId);
      const { items } = await api.get<{ items: { id: string }[] }>('/v1/webhooks?limit=200');
      expect(items.map(({ id }) => id).sort()).toEqual(taken.sort());
    } finally {
      await program.kill();
    }
  }, 60_000);
});
