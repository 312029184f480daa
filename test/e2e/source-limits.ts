import { once } from 'node:events';
import { connect } from 'node:net';
import { randomUUID } from 'node:crypto';
import { Clock } from '#shared-kernel/domain/clock.js';
import { makeSource, sourceSecret, type TestSource } from '../support/factories.ts';
import { metricValue } from '../support/metrics-page.ts';
import { type Answer, expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { signedBytes } from '../support/signed-webhooks.ts';
import type { StoreKind } from '../support/test-store.ts';

type Headers = Readonly<Record<string, string>>;

/** The program on this store behind a proxy at 127.0.0.1, and a source with what a test wants. */
export function describeSourceLimits(store: StoreKind): void {
  let direct: TestSignalbox;
  let proxied: TestSignalbox;
  let nowMs = Date.now();
  beforeAll(async () => {
    direct = await runSignalbox({ store });
    proxied = await runSignalbox({ store, settings: { TRUSTED_PROXIES: '127.0.0.0/8' } });
    Object.assign(direct.app.get(Clock), { now: () => nowMs });
  }, 60_000);
  afterAll(async () => {
    await direct.stop();
    await proxied.stop();
  });

  const hmacSource = (overrides = {}, { api } = direct) => makeSource(api, 'hmac', overrides);
  const send = (
    source: TestSource,
    headers: Headers = {},
    body: string = randomUUID(),
    { url } = direct,
  ) =>
    request(`${url}${source.hooksPath}`, {
      method: 'POST',
      headers: { ...signedBytes(sourceSecret, Buffer.from(body)).headers, ...headers },
      body,
    });
  const change = (source: TestSource, patch: object) =>
    request(`${direct.url}/v1/sources/${source.id}`, {
      method: 'PATCH',
      apiKey: direct.apiKey,
      body: patch,
    });
  const quarantined = async ({ id }: TestSource) =>
    (await direct.api.get<{ items: object[] }>(`/v1/quarantine?sourceId=${id}`)).items;
  const refusals = async (reason: string) =>
    (await metricValue(direct.url, 'signalbox_webhooks_received_total', {
      provider: 'hmac',
      outcome: 'refused',
      reason,
    })) ?? 0;

  describe(`the rate of a source, on ${store}`, () => {
    it('lets a burst in, then one for each interval, and says when to come back', async () => {
      const source = await hmacSource({ rateLimit: { perSecond: 0.5, burst: 3 } });
      const before = await refusals('rate-limited');
      const statuses: number[] = [];
      for (let sent = 0; sent < 4; sent++) statuses.push((await send(source)).status);
      expect(statuses).toEqual([202, 202, 202, 429]);
      const retryAfter = (answer: Answer) => {
        expectProblem(answer, 'webhooks.rate-limited');
        return answer.headers.get('retry-after');
      };
      expect(retryAfter(await send(source))).toBe('2');
      nowMs += 1_999;
      expect(retryAfter(await send(source))).toBe('1');
      nowMs += 1;
      expect((await send(source)).status).toBe(202);
      expect((await send(source)).status).toBe(429);
      nowMs += 60_000;
      const later = await Promise.all([1, 2, 3, 4].map(() => send(source)));
      expect(later.map(({ status }) => status).sort()).toEqual([202, 202, 202, 429]);
      expect((await refusals('rate-limited')) - before).toBe(5);
      expect(await quarantined(source)).toEqual([]);
    });

    it('is its own, and ends with a patch', async () => {
      const source = await hmacSource({ rateLimit: { perSecond: 0.01 } });
      const other = await hmacSource({ rateLimit: { perSecond: 0.01 } });
      expect((await send(source)).status).toBe(202);
      expect((await send(source)).status).toBe(429);
      expect((await send(other)).status).toBe(202);
      await change(source, { rateLimit: null });
      expect((await send(source)).status).toBe(202);
    });
  });

  describe(`the addresses of a source, on ${store}`, () => {
    const elsewhere = { allowedRanges: ['203.0.113.0/24', '2001:db8::/32'] };
    const spoofed = { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.7' };

    it('keep out who is elsewhere, whatever it writes into its headers', async () => {
      const source = await hmacSource(elsewhere);
      for (const headers of [{}, spoofed, { 'x-real-ip': '203.0.113.7' }]) {
        expectProblem(await send(source, headers), 'webhooks.address-not-allowed');
      }
      expect(await quarantined(source)).toEqual([]);
      await change(source, { allowedRanges: ['203.0.113.0/24', '127.0.0.1'] });
      expect((await send(source, spoofed)).status).toBe(202);
    });

    it('are those that a trusted proxy names, and not those that its clients claim', async () => {
      const source = await hmacSource(elsewhere, proxied);
      const through = (forwardedFor: string) =>
        send(source, { 'x-forwarded-for': forwardedFor }, randomUUID(), proxied);
      expect((await through('203.0.113.7')).status).toBe(202);
      expect((await through('2001:db8::17')).status).toBe(202);
      // The proxy appends whom it saw behind whatever it was sent.
      for (const claimed of ['203.0.113.7, 198.51.100.1', '198.51.100.1', 'nonsense', '']) {
        expectProblem(await through(claimed), 'webhooks.address-not-allowed');
      }
    });
  });

  describe(`the size of a body, on ${store}`, () => {
    it('ends at the limit of its source, declared or not', async () => {
      const source = await hmacSource({ bodyBytesMax: 1_000 });
      expect((await send(source, {}, 'x'.repeat(1_000))).status).toBe(202);
      expectProblem(await send(source, {}, 'x'.repeat(1_001)), 'http.body-too-large');
      const url = `${direct.url}${source.hooksPath}`;
      const chunks = (count: number) => Array.from({ length: count }, () => Buffer.alloc(100));
      const fits = Buffer.alloc(1_000);
      const { headers } = signedBytes(sourceSecret, fits);
      const chunked = { method: 'POST', headers, body: chunks(10) };
      expect((await request(url, chunked)).status).toBe(202);
      const over = await request(url, { method: 'POST', headers, body: chunks(11) });
      expectProblem(over, 'http.body-too-large');
      expect(await quarantined(source)).toEqual([]);
    });

    it('is refused before a byte of it was sent', async () => {
      const source = await hmacSource({ bodyBytesMax: 1_000 });
      const socket = connect(Number(new URL(direct.url).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(`POST ${source.hooksPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 1001\r\n\r\n`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
      socket.destroy();
    });
  });

  describe(`a paused source, on ${store}`, () => {
    it('answers 503 and keeps nothing, until it is active again', async () => {
      const source = await hmacSource();
      expect((await change(source, { state: 'paused' })).json()).toMatchObject({
        state: 'paused',
      });
      const paused = await send(source);
      expectProblem(paused, 'webhooks.paused');
      expect(paused.headers.get('retry-after')).toBe('60');
      expect(await quarantined(source)).toEqual([]);
      await change(source, { state: 'active' });
      expect((await send(source)).status).toBe(202);
    });
  });

  describe(`the answer of a source, on ${store}`, () => {
    it('is what its provider wants, for a webhook and for its repeat', async () => {
      const answer = { body: '[accepted]', headers: { 'X-Handled-By': 'us' } };
      const source = await hmacSource({ answer });
      const { headers, body } = signedBytes(sourceSecret, Buffer.from('adyen'));
      for (const time of ['first', 'repeat']) {
        const answered = await send(source, headers, body.toString());
        expect([time, answered.status, answered.text]).toEqual([time, 200, '[accepted]']);
        expect(answered.headers.get('content-type')).toBe('text/plain; charset=utf-8');
        expect(answered.headers.get('x-handled-by')).toBe('us');
        expect(answered.headers.get('x-content-type-options')).toBe('nosniff');
      }
      expectProblem(await send(source, { 'x-signature': '00' }), 'webhooks.signature-malformed');
      await change(source, { answer: { status: 204, body: null } });
      const empty = await send(source);
      expect([empty.status, empty.text]).toEqual([204, '']);
      await change(source, { answer: null });
      expect((await send(source)).json()).toMatchObject({ duplicate: false });
    });
  });

  describe(`what a source may hold, on ${store}`, () => {
    it.each([
      [{ rateLimit: { perSecond: 0 } }, 'rateLimit.perSecond'],
      [{ rateLimit: { burst: 5 } }, 'rateLimit.perSecond'],
      [{ allowedRanges: ['10.0.0.0/33'] }, 'allowedRanges.0'],
      [{ bodyBytesMax: 0 }, 'bodyBytesMax'],
      [{ state: 'asleep' }, 'state'],
      [{ answer: { status: 302 } }, 'answer.status'],
      [{ answer: { status: 204, body: 'x' } }, 'answer.body'],
      [{ answer: { body: 'x'.repeat(4_097) } }, 'answer.body'],
      [{ answer: { headers: { 'set-cookie': 'a=b' } } }, 'answer.headers.set-cookie'],
      [{ answer: { headers: { 'x-a': 'a\r\nb' } } }, 'answer.headers.x-a'],
      [{ answer: { contentType: 'text/html' } }, 'answer.contentType'],
    ])('is checked on the way in and in a patch: %j', async (options, path) => {
      const body = { name: 'x', provider: 'github', ...options };
      const make = { method: 'POST', apiKey: direct.apiKey, body };
      const made = await request(`${direct.url}/v1/sources`, make);
      expect(expectProblem(made, 'http.invalid-request').fields).toMatchObject([{ path }]);
      const source = await hmacSource();
      const changed = await change(source, options);
      expect(changed.status).toBe(400);
      expect(changed.json<{ fields: object[] }>().fields).toMatchObject([{ path }]);
    });

    it('is read as it was written, with what it leaves out', async () => {
      const options = { bodyBytesMax: 5, rateLimit: { perSecond: 2 }, allowedRanges: ['::1'] };
      const source = await hmacSource(options);
      const read = () => direct.api.get<object>(`/v1/sources/${source.id}`);
      const rateLimit = { perSecond: 2, burst: 1 };
      expect(await read()).toMatchObject({ ...options, rateLimit, state: 'active', answer: null });
      await change(source, { rateLimit: { burst: 9 }, bodyBytesMax: null });
      expect(await read()).toMatchObject({
        bodyBytesMax: null,
        rateLimit: { perSecond: 2, burst: 9 },
        allowedRanges: ['::1'],
      });
    });
  });
}
