import { ApplyRetention } from '#shared-kernel/messaging/retention/apply-retention.js';
import { makeApiKey } from '../support/factories.ts';
import { metricValue } from '../support/metrics-page.ts';
import {
  type Batch,
  type Page,
  type Quarantined,
  QuarantineProgram,
  wrongSecret,
} from '../support/quarantine-program.ts';
import { expectProblem, request } from '../support/request.ts';
import { signedBytes } from '../support/signed-webhooks.ts';
import type { StoreKind } from '../support/test-store.ts';

const hourMs = 3_600_000;

/** What becomes of rejected requests, with the program on this store. */
export function describeQuarantine(store: StoreKind): void {
  let program: QuarantineProgram;
  beforeAll(async () => {
    program = await QuarantineProgram.start(store);
  }, 30_000);
  afterAll(() => program.signalbox.stop());
  // Each test finds the writes that a source may spend at once.
  beforeEach(() => {
    program.clock.nowMs += 10_000;
  });

  const keptOrSkipped = async (outcome: string) =>
    (await metricValue(program.signalbox.url, 'signalbox_quarantine_requests_total', {
      outcome,
    })) ?? 0;

  describe(`a rejected request, on ${store}`, () => {
    it('is kept as it came, with the reason, and without showing credentials', async () => {
      const source = await program.hmacSource();
      const { headers } = signedBytes(wrongSecret, Buffer.from('x'));
      const body = Buffer.from([0, 255, 10, 13, 0]);
      const sent = { ...headers, 'content-type': 'text/html', authorization: 'Bearer topsecret' };
      expect((await program.send(source, sent, body)).status).toBe(401);

      const [kept] = await program.listOf(source);
      expect(kept).toMatchObject({
        reason: 'signature-mismatch',
        method: 'POST',
        url: `${source.hooksPath}?from=test`,
        address: '127.0.0.1',
        bodyBytes: 5,
      });
      expect(kept?.headers).toMatchObject({ ...headers, authorization: '[redacted]' });
      const path = `${program.signalbox.url}/v1/quarantine/${kept?.id}`;
      const one = await request(path, { apiKey: program.signalbox.apiKey });
      expect(one.json()).toEqual(kept);
      const bytes = await request(`${path}/body`, { apiKey: program.signalbox.apiKey });
      expect(bytes.bytes).toEqual(body);
      expect(bytes.headers.get('content-disposition')).toBe('attachment');
      expect(await program.webhooksOf(source)).toEqual([]);
    });

    it('is found by reason and by time, newest first', async () => {
      const source = await program.hmacSource();
      await program.send(source, {}, 'one');
      program.clock.nowMs += 1_000;
      const laterAt = new Date(program.clock.nowMs).toISOString();
      await program.send(source, signedBytes(wrongSecret, Buffer.from('two')).headers, 'two');
      const reasons = async (query = '') =>
        (await program.listOf(source, query)).map((r) => r.reason);
      expect(await reasons()).toEqual(['signature-mismatch', 'signature-missing']);
      expect(await reasons('&reason=signature-missing')).toEqual(['signature-missing']);
      expect(await reasons(`&from=${laterAt}`)).toEqual(['signature-mismatch']);
      expect(await reasons(`&to=${laterAt}`)).toEqual(['signature-missing']);
    });

    it('belongs to the tenant of its source', async () => {
      const source = await program.hmacSource();
      await program.send(source, {}, 'one');
      const [kept] = await program.listOf(source);
      const apiKey = await makeApiKey(program.signalbox.api, 'admin', 'other');
      const foreign = (path: string, method = 'GET', body?: object) =>
        request(`${program.signalbox.url}/v1/quarantine${path}`, { apiKey, method, body });
      expect((await foreign('')).json<Page<Quarantined>>().items).toEqual([]);
      for (const [path, method] of [
        [`/${kept?.id}`, 'GET'],
        [`/${kept?.id}/body`, 'GET'],
        [`/${kept?.id}`, 'DELETE'],
        [`/${kept?.id}/force-release`, 'POST'],
      ] as const) {
        expectProblem(await foreign(path, method), 'webhooks.quarantined-request-not-found');
      }
      expect((await foreign('', 'DELETE')).json()).toEqual({ removed: 0 });
      expect((await foreign('/release', 'POST', {})).json<Batch>().checked).toBe(0);
      expect(await program.listOf(source)).toHaveLength(1);
    });

    it('leaves when its time is over, and when its source goes', async () => {
      const source = await program.hmacSource();
      await program.send(source, {}, 'one');
      program.clock.nowMs += 2 * hourMs - 1;
      expect(await program.listOf(source)).toHaveLength(1);
      program.clock.nowMs += 1;
      expect(await program.listOf(source)).toEqual([]);
      expect(await program.release(source)).toMatchObject({ checked: 0 });
      await program.send(source, {}, 'two');
      const [kept] = await program.listOf(source);
      await program.signalbox.api.call('DELETE', `/v1/sources/${source.id}`);
      const gone = await request(`${program.signalbox.url}/v1/quarantine/${kept?.id}`, {
        apiKey: program.signalbox.apiKey,
      });
      expectProblem(gone, 'webhooks.quarantined-request-not-found');
    });

    it('is forgotten by retention once its time is over, and not before', async () => {
      const { app, url } = program.signalbox;
      const forgotten = async () =>
        (await metricValue(url, 'signalbox_retention_rows_total', {
          table: 'quarantined_request',
        })) ?? 0;
      await app.get(ApplyRetention, { strict: false }).run();
      const before = await forgotten();
      const source = await program.hmacSource();
      await program.sendMany(source, 3, wrongSecret);
      await app.get(ApplyRetention, { strict: false }).run();
      expect((await forgotten()) - before).toBe(0);
      program.clock.nowMs += 2 * hourMs + 1;
      await app.get(ApplyRetention, { strict: false }).run();
      expect((await forgotten()) - before).toBeGreaterThanOrEqual(3);
    });

    it('is removed by selection', async () => {
      const source = await program.hmacSource();
      await program.send(source, {}, 'one');
      await program.send(source, signedBytes(wrongSecret, Buffer.from('two')).headers, 'two');
      const path = `/v1/quarantine?sourceId=${source.id}&reason=signature-missing`;
      expect(await program.signalbox.api.call('DELETE', path)).toEqual({ removed: 1 });
      expect(await program.listOf(source)).toMatchObject([{ reason: 'signature-mismatch' }]);
      const wrong = await request(`${program.signalbox.url}/v1/quarantine?reason=whatever`, {
        method: 'DELETE',
        apiKey: program.signalbox.apiKey,
      });
      expectProblem(wrong, 'http.invalid-request');
    });
  });

  describe(`the quarantine of a source under attack, on ${store}`, () => {
    it('keeps the newest within its number', async () => {
      const source = await program.hmacSource();
      await program.sendMany(source, 55, wrongSecret);
      const [oldest] = (await program.listOf(source)).toReversed();
      program.clock.nowMs += 5_000;
      await program.sendMany(source, 10, wrongSecret);
      const kept = await program.listOf(source);
      // Room is made for a tenth at once.
      expect(kept.length).toBeGreaterThanOrEqual(54);
      expect(kept.length).toBeLessThanOrEqual(60);
      expect(kept.map(({ id }) => id)).not.toContain(oldest?.id);
    });

    it('keeps the newest within its bytes', async () => {
      const source = await program.hmacSource();
      await program.sendMany(source, 10, wrongSecret, 30_000);
      const kept = await program.listOf(source);
      expect(kept.length).toBeGreaterThan(4);
      expect(kept.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)).toBeLessThan(200_000);
      await program.sendMany(source, 1, wrongSecret, 200_001);
      expect(await program.listOf(source)).toHaveLength(kept.length);
    });

    it('only counts what comes faster than it writes', async () => {
      const source = await program.hmacSource();
      const before = await keptOrSkipped('skipped');
      const keptBefore = await keptOrSkipped('kept');
      const answers = await program.sendMany(source, 70, wrongSecret);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
      // Twelve a second, and five seconds of them at once.
      expect((await keptOrSkipped('kept')) - keptBefore).toBe(60);
      expect((await keptOrSkipped('skipped')) - before).toBe(10);
    });
  });

  describe(`a secret of a source, on ${store}`, () => {
    it('ends by itself, and its requests are kept until another one verifies them', async () => {
      const source = await program.hmacSource();
      const { id: oldId = '' } = source.secrets[0] ?? {};
      const path = `/v1/sources/${source.id}`;
      await program.mend(source, 'the new secret');
      const expiresAt = new Date(program.clock.nowMs + hourMs).toISOString();
      await program.signalbox.api.call('PATCH', `${path}/secrets/${oldId}`, { expiresAt });
      expect((await program.sendMany(source, 1))[0]?.status).toBe(202);
      program.clock.nowMs += hourMs;
      expectProblem((await program.sendMany(source, 1))[0]!, 'webhooks.signature-mismatch');
      expect((await program.sendMany(source, 1, 'the new secret'))[0]?.status).toBe(202);
      expect(await program.release(source)).toMatchObject({ released: 0, rejected: 1 });
      const { secrets } = await program.signalbox.api.get<{ secrets: Record<string, string>[] }>(
        path,
      );
      expect(secrets).toMatchObject([
        { id: oldId, expiresAt, lastUsedAt: new Date(program.clock.nowMs - hourMs).toISOString() },
        { expiresAt: null, lastUsedAt: new Date(program.clock.nowMs).toISOString() },
      ]);
      await program.signalbox.api.call('PATCH', `${path}/secrets/${oldId}`, { expiresAt: null });
      expect(await program.release(source)).toMatchObject({ released: 1 });
    });
  });
}
