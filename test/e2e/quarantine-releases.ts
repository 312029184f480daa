import { randomUUID } from 'node:crypto';
import { makeApiKey, makeSource, sourceSecret } from '../support/factories.ts';
import {
  type Batch,
  type Page,
  QuarantineProgram,
  wrongSecret,
} from '../support/quarantine-program.ts';
import { expectProblem, request } from '../support/request.ts';
import { signedBytes, signedWebhook } from '../support/signed-webhooks.ts';
import type { StoreKind } from '../support/test-store.ts';

const hourMs = 3_600_000;

/** The ways out of quarantine, with the program on this store. */
export function describeReleases(store: StoreKind): void {
  let program: QuarantineProgram;
  beforeAll(async () => {
    program = await QuarantineProgram.start(store);
  }, 30_000);
  afterAll(() => program.signalbox.stop());
  // Each test finds the writes that a source may spend at once.
  beforeEach(() => {
    program.clock.nowMs += 10_000;
  });

  describe(`a release, on ${store}`, () => {
    it('takes back exactly once what a wrong secret kept out, however many release', async () => {
      const source = await program.hmacSource({ secrets: [wrongSecret] });
      const answers = await program.sendMany(source, 50);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
      const selection = { sourceId: source.id };
      const verdict = () => program.signalbox.api.post<Batch>('/v1/quarantine/verify', selection);
      expect(await verdict()).toMatchObject({
        checked: 50,
        verified: 0,
        rejectedByReason: { 'signature-mismatch': 50 },
      });
      expect(await program.release(source)).toMatchObject({ released: 0, rejected: 50 });
      await program.mend(source);
      expect(await verdict()).toMatchObject({ checked: 50, verified: 50, rejected: 0 });

      const releases = await Promise.all(Array.from({ length: 6 }, () => program.release(source)));
      expect(releases.reduce((sum, { released }) => sum + released, 0)).toBe(50);
      expect(releases.reduce((sum, batch) => sum + batch.rejected + batch.duplicates, 0)).toBe(0);
      const webhooks = await program.webhooksOf(source);
      expect(webhooks).toHaveLength(50);
      expect(new Set(webhooks.map(({ deliveryId }) => deliveryId)).size).toBe(50);
      const sourceUri = encodeURIComponent(`/sources/${source.id}`);
      const events = await program.signalbox.api.get<Page<{ id: string }>>(
        `/v1/events?source=${sourceUri}&limit=200`,
      );
      expect(new Set(events.items.map(({ id }) => id))).toEqual(
        new Set(webhooks.map(({ eventId }) => eventId)),
      );
      expect(webhooks.every(({ flags }) => flags.includes('released'))).toBe(true);
      expect(await program.listOf(source)).toEqual([]);
    });

    it('tells what came in by itself since, and causes nothing a second time', async () => {
      const source = await program.hmacSource({ secrets: [wrongSecret] });
      const { headers, body } = signedBytes(sourceSecret, Buffer.from('again'));
      await program.send(source, headers, body);
      await program.mend(source);
      const answer = await program.send(source, headers, body);
      expect(answer.status).toBe(202);
      expect(await program.release(source)).toMatchObject({ released: 0, duplicates: 1 });
      expect(await program.webhooksOf(source)).toHaveLength(1);
      expect(await program.listOf(source)).toEqual([]);
    });

    it('judges a signed time by when the request came', async () => {
      const source = await makeSource(program.signalbox.api, 'stripe', { secrets: [wrongSecret] });
      const how = { secret: sourceSecret, body: '{"id":"evt_1"}', signedAtMs: program.clock.nowMs };
      const inTime = await signedWebhook('stripe', how);
      const receivedAt = new Date(program.clock.nowMs).toISOString();
      await program.send(source, inTime.headers, inTime.body);
      const late = await signedWebhook('stripe', {
        ...how,
        signedAtMs: program.clock.nowMs - hourMs,
      });
      await program.send(source, late.headers, late.body);
      program.clock.nowMs += hourMs;
      await program.mend(source);
      expect(await program.release(source)).toMatchObject({
        released: 1,
        rejectedByReason: { 'timestamp-stale': 1 },
      });
      expect(await program.webhooksOf(source)).toMatchObject([{ receivedAt }]);
    });

    it('goes on batch by batch, past those that stay', async () => {
      const source = await program.hmacSource({ secrets: [wrongSecret] });
      await program.sendMany(source, 3, 'yet another secret');
      await program.sendMany(source, 4);
      await program.mend(source);
      let after: string | undefined;
      const released: number[] = [];
      do {
        const batch = await program.release(source, { limit: 2, ...(after ? { after } : {}) });
        released.push(batch.released);
        after = batch.next ?? undefined;
      } while (after !== undefined);
      expect(released.reduce((sum, count) => sum + count)).toBe(4);
      expect(released).toHaveLength(4);
      expect(await program.listOf(source)).toHaveLength(3);
    });

    it('against the signature is for administrators, one by one, and is marked', async () => {
      const source = await program.hmacSource();
      const headers = { 'x-id': randomUUID(), 'content-type': 'application/json' };
      await program.send(source, headers, '{"a":1}');
      const [kept] = await program.listOf(source);
      const path = `${program.signalbox.url}/v1/quarantine/${kept?.id}/force-release`;
      const operator = await makeApiKey(program.signalbox.api, 'operator');
      const refused = await request(path, { method: 'POST', apiKey: operator });
      expectProblem(refused, 'auth.insufficient-scope');
      const forced = await request(path, { method: 'POST', apiKey: program.signalbox.apiKey });
      const { webhookId } = forced.json<{ webhookId: string }>();
      expect(await program.webhooksOf(source)).toMatchObject([
        { id: webhookId, flags: ['released', 'unverified'], deliveryId: headers['x-id'] },
      ]);
      const again = await request(path, { method: 'POST', apiKey: program.signalbox.apiKey });
      expectProblem(again, 'webhooks.quarantined-request-not-found');
    });
  });
}
