import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Pool } from 'undici';
import { makeSource, sourceSecret, type TestSource } from '../support/factories.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { type ProviderName, signedBytes, signedWebhook } from '../support/signed-webhooks.ts';

/** Requests of each kind in all: some hundreds, or 100,000 when there is time. */
const isLong = process.env['SIGNALBOX_LONG'] === '1';
const unsignedRuns = isLong ? 100_000 : 2_000;
const mutatedRuns = isLong ? 100_000 : 2_000;
const rawRuns = isLong ? 20_000 : 400;
const timeoutMs = isLong ? 30 * 60_000 : 60_000;
/** Requests under way at once. */
const batchSize = 20;

const providers: ProviderName[] = [
  'github',
  'stripe',
  'slack',
  'shopify',
  'standard-webhooks',
  'hmac',
];
const sources = new Map<ProviderName, TestSource>();
let signalbox: TestSignalbox;
let pool: Pool;
beforeAll(async () => {
  signalbox = await runSignalbox();
  pool = new Pool(signalbox.url, { connections: batchSize });
  for (const provider of providers) {
    sources.set(provider, await makeSource(signalbox.api, provider));
  }
}, 30_000);
afterAll(async () => {
  await pool.close();
  await signalbox.stop();
});

const pathOf = (provider: ProviderName) => sources.get(provider)?.hooksPath ?? '';

interface Sent {
  readonly provider: ProviderName;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

async function send({ provider, headers, body }: Sent) {
  const path = pathOf(provider);
  const answer = await pool.request({ method: 'POST', path, headers, body });
  const text = await answer.body.text();
  return { status: answer.statusCode, type: answer.headers['content-type'], text };
}

/** Runs the property on batches, so that many requests are under way at once. */
async function inBatches<Input>(
  arbitrary: fc.Arbitrary<Input>,
  runs: number,
  check: (input: Input) => Promise<void>,
): Promise<void> {
  const batches = fc.array(arbitrary, { minLength: batchSize, maxLength: batchSize });
  await fc.assert(
    fc.asyncProperty(batches, async (batch) => {
      await Promise.all(batch.map(check));
    }),
    { numRuns: Math.ceil(runs / batchSize) },
  );
}

const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
const bodies = fc.oneof(
  bytes,
  fc.json().map((text) => Buffer.from(text)),
  fc
    .constantFrom('{"type":"url_verification","challenge":"x"}', '', '['.repeat(200))
    .map(Buffer.from),
);
const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const base64 = fc
  .uint8Array({ minLength: 20, maxLength: 64 })
  .map((a) => Buffer.from(a).toString('base64'));
const seconds = fc.integer({ min: 0, max: 4_102_444_800 }).map(String);
const text = fc.stringMatching(/^[\t -~\x80-\xff]{0,60}$/);
const values = fc.oneof(
  text,
  hex,
  base64,
  seconds,
  hex.map((value) => `sha256=${value}`),
  hex.map((value) => `v0=${value}`),
  base64.map((value) => `v1,${value} v1a,${value}`),
  fc.tuple(seconds, hex).map(([time, value]) => `t=${time},v1=${value}`),
  fc.constant(String(Math.floor(Date.now() / 1_000))),
);
const names = fc.oneof(
  fc.constantFrom(
    ...['x-hub-signature-256', 'x-hub-signature', 'x-github-event', 'x-github-delivery'],
    ...['stripe-signature', 'x-slack-signature', 'x-slack-request-timestamp'],
    ...['x-shopify-hmac-sha256', 'x-shopify-topic', 'webhook-id', 'webhook-timestamp'],
    ...['webhook-signature', 'x-signature', 'x-id', 'authorization', 'content-type'],
    ...['content-encoding', 'traceparent', 'x-correlation-id', 'x-forwarded-for'],
  ),
  fc.stringMatching(/^x-[a-z0-9-]{1,20}$/),
);
const headers = fc.dictionary(names, values, { maxKeys: 8 });

it(
  'nothing that nobody signed is taken, crashes, or hangs',
  async () => {
    const requests = fc.record({ provider: fc.constantFrom(...providers), headers, body: bodies });
    await inBatches(requests, unsignedRuns, async (sent) => {
      const { status, type, text: answer } = await send(sent);
      expect([sent, status]).toEqual([sent, 401]);
      expect(type).toMatch(/^application\/problem\+json/);
      expect(answer).toContain('"code":"webhooks.');
      expect(answer).not.toContain(sourceSecret);
    });
  },
  timeoutMs,
);

it(
  'nothing that was changed after it was signed is taken',
  async () => {
    const changes = fc.record({
      provider: fc.constantFrom(...providers),
      json: fc.json(),
      at: fc.nat(),
      flip: fc.integer({ min: 1, max: 255 }),
      more: headers,
    });
    await inBatches(changes, mutatedRuns, async ({ provider, json, at, flip, more }) => {
      const signed = await signedWebhook(provider, { secret: sourceSecret, body: json });
      const body = Buffer.from(signed.body);
      const place = at % body.length;
      body[place] = (body[place] ?? 0) ^ flip;
      // Headers that decide about the signature stay those of the sender.
      const { status } = await send({ provider, headers: { ...more, ...signed.headers }, body });
      expect([json, place, flip, status]).toEqual([json, place, flip, 401]);
    });
  },
  timeoutMs,
);

it(
  'what is signed is taken whatever its bytes and other headers are',
  async () => {
    const harmless = fc.dictionary(fc.stringMatching(/^x-o-[a-z0-9-]{1,20}$/), values, {
      maxKeys: 8,
    });
    const types = fc.record({ 'content-type': values, 'content-encoding': values });
    const requests = fc.record({ body: bodies, harmless, types });
    await inBatches(requests, rawRuns, async ({ body, harmless: others, types: own }) => {
      const signed = signedBytes(sourceSecret, body);
      const all = { ...others, ...own, ...signed.headers };
      const { status, text: answer } = await send({ provider: 'hmac', headers: all, body });
      expect([202, status]).toEqual([202, 202]);
      const { webhookId } = JSON.parse(answer) as { webhookId: string };
      const url = `${signalbox.url}/v1/webhooks/${webhookId}/body`;
      const stored = await request(url, { apiKey: signalbox.apiKey });
      expect(stored.bytes.equals(body)).toBe(true);
    });
  },
  timeoutMs,
);

it(
  'no bytes on a connection are taken but those that were signed',
  async () => {
    const edits = fc.array(
      fc.record({ at: fc.nat(), remove: fc.nat({ max: 12 }), insert: bytes }),
      { minLength: 1, maxLength: 3 },
    );
    const content = Buffer.from('{"a":"b"}');
    const expected = createHmac('sha256', sourceSecret).update(content).digest('hex');
    await inBatches(edits, rawRuns, async (all) => {
      let raw = rawRequest(content, expected);
      for (const { at, remove, insert } of all) {
        const place = at % raw.length;
        raw = Buffer.concat([raw.subarray(0, place), insert, raw.subarray(place + remove)]);
      }
      const answer = await exchangeRaw(signalbox.url, [raw], { end: true });
      expect(answer.statuses.filter((status) => status >= 500)).toEqual([]);
      const webhookId = answer.json?.['webhookId'];
      if (typeof webhookId !== 'string') return;
      const url = `${signalbox.url}/v1/webhooks/${webhookId}/body`;
      const stored = await request(url, { apiKey: signalbox.apiKey });
      expect(stored.bytes.toString()).toBe(content.toString());
    });
  },
  timeoutMs,
);

it('afterwards it is well, and takes what is signed', async () => {
  expect((await request(`${signalbox.url}/health/ready`)).status).toBe(200);
  const sender = { secret: sourceSecret, body: '{"id":"evt_1"}' };
  for (const provider of providers) {
    const signed = await signedWebhook(provider, sender);
    const { status } = await send({ provider, headers: { ...signed.headers }, body: signed.body });
    expect([provider, status]).toEqual([provider, 202]);
  }
});

function rawRequest(content: Buffer, signature: string): Buffer {
  const head = [
    `POST ${pathOf('hmac')} HTTP/1.1`,
    'host: x',
    `x-signature: ${signature}`,
    `content-length: ${content.length}`,
    'connection: close',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), content]);
}
