import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { makeSource, sourceSecret, type TestSource } from '../support/factories.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { signedBytes, signedWebhook } from '../support/signed-webhooks.ts';

interface Receipt {
  readonly webhookId: string;
}

let signalbox: TestSignalbox;
let source: TestSource;
beforeAll(async () => {
  signalbox = await runSignalbox({ settings: { PAYLOAD_DRIFT: 'on' } });
  source = await makeSource(signalbox.api, 'hmac');
}, 30_000);
afterAll(() => signalbox.stop());

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const storedBody = async (webhookId: string) => {
  const url = `${signalbox.url}/v1/webhooks/${webhookId}/body`;
  return (await request(url, { apiKey: signalbox.apiKey })).bytes;
};

/** All example payloads of GitHub, of github.com and of the Enterprise Servers. */
function gitHubExamples(): { name: string; body: string }[] {
  const main = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
  const root = join(dirname(main), '..');
  const files = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return files.flatMap(({ name: folder }) => {
    const text = readFileSync(join(root, folder, 'index.json'), 'utf8');
    const events = JSON.parse(text) as { name: string; examples: unknown[] }[];
    return events.flatMap(({ name, examples }) =>
      examples.map((example, index) => ({
        name,
        // Half of them as a person would write them, so that no parser can have rewritten them.
        body: JSON.stringify(example, null, index % 2 === 0 ? 0 : 2),
      })),
    );
  });
}

it('every example payload of GitHub arrives byte for byte, with its type', async () => {
  const examples = gitHubExamples();
  expect(examples.length).toBeGreaterThanOrEqual(511);
  const repositories = await makeSource(signalbox.api);
  const different: string[] = [];
  const check = async ({ name, body }: { name: string; body: string }) => {
    const sender = { secret: sourceSecret, body, id: randomUUID() };
    const { headers } = await signedWebhook('github', sender);
    const url = `${signalbox.url}${repositories.hooksPath}`;
    const named = { ...headers, 'x-github-event': name };
    const answer = await request(url, { method: 'POST', headers: named, body });
    const { webhookId } = answer.json<Receipt>();
    const row = await signalbox.api.get<{ eventType: string; flags: string[]; bodyBytes: number }>(
      `/v1/webhooks/${webhookId}`,
    );
    const isSame = hashOf(await storedBody(webhookId)) === hashOf(Buffer.from(body));
    const isNamed = row.eventType === `github.${name}` && row.flags.length === 0;
    if (!isSame || !isNamed || answer.status !== 202) different.push(name);
  };
  const next = examples.values();
  const worker = async () => {
    for (const example of next) await check(example);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  expect(different).toEqual([]);
}, 120_000);

describe('a body that is sent as it likes arrives byte for byte:', () => {
  const json = Buffer.from(JSON.stringify({ type: 'a.b', list: Array(500).fill({ text: 'x' }) }));
  const jsonType = 'application/json';

  it.each<[string, Buffer, Record<string, string>]>([
    ['a form', Buffer.from('a=1&b=%E2%82%AC+x&a=2'), form()],
    ['a form of several parts', multipart(), { 'content-type': 'multipart/form-data; boundary=b' }],
    ['XML in Latin-1', Buffer.from('<a>\xe9</a>', 'latin1'), { 'content-type': 'text/xml' }],
    ['noise', randomBytes(4_096), { 'content-type': 'application/octet-stream' }],
    ['nothing', Buffer.alloc(0), { 'content-type': jsonType }],
    [
      'a megabyte of JSON',
      Buffer.from(`{"a":"${'x'.repeat(2 ** 20)}"}`),
      { 'content-type': jsonType },
    ],
    ['gzip', gzipSync(json), { 'content-type': jsonType, 'content-encoding': 'gzip' }],
    ['deflate', deflateSync(json), { 'content-type': jsonType, 'content-encoding': 'deflate' }],
    ['Brotli', brotliCompressSync(json), { 'content-type': jsonType, 'content-encoding': 'br' }],
    ['an unknown encoding', json, { 'content-type': jsonType, 'content-encoding': 'x-own' }],
    ['a lie about gzip', json, { 'content-type': jsonType, 'content-encoding': 'gzip' }],
  ])('%s', async (_what, body, headers) => {
    const signed = signedBytes(sourceSecret, body);
    const answer = await request(`${signalbox.url}${source.hooksPath}`, {
      method: 'POST',
      headers: { ...signed.headers, ...headers },
      body,
    });
    expect(answer.status).toBe(202);
    const { webhookId } = answer.json<Receipt>();
    expect(hashOf(await storedBody(webhookId))).toBe(hashOf(body));
    const row = await signalbox.api.get<{ headers: Record<string, string> }>(
      `/v1/webhooks/${webhookId}`,
    );
    expect(row.headers).toMatchObject(headers);
  });
});

describe('a request that comes as it likes is taken whole:', () => {
  const body = Buffer.from(`{"text":"${'€'.repeat(3_000)}"}`);
  const bytewise = (bytes: Buffer) => Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1));
  const chunk = (bytes: Buffer) =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)};ext="x"\r\n`), bytes, crlf]);
  const crlf = Buffer.from('\r\n');
  const head = (...lines: string[]) => {
    const { headers } = signedBytes(sourceSecret, body);
    const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const first = `POST ${source.hooksPath} HTTP/1.1`;
    return Buffer.from([first, 'host: x', ...own, ...lines, '', ''].join('\r\n'));
  };
  const sized = () => `content-length: ${body.length}`;
  const chunked = 'transfer-encoding: chunked';
  const lastChunk = Buffer.from('0\r\n\r\n');

  it.each<[string, () => Buffer[]]>([
    ['with its length', () => [head(sized()), body]],
    [
      'byte by byte',
      () => bytewise(Buffer.concat([head(sized()), body.subarray(0, 0)])).concat(body),
    ],
    ['in many packets', () => [head(sized()), ...slices(body, 97)]],
    ['chunked', () => [head(chunked), ...slices(body, 1_000).map(chunk), lastChunk]],
    [
      'chunked byte by byte',
      () => bytewise(Buffer.concat([head(chunked), chunk(body), lastChunk])),
    ],
    [
      'chunked with trailers',
      () => [head(chunked, 'trailer: x-late'), chunk(body), Buffer.from('0\r\nx-late: 1\r\n\r\n')],
    ],
  ])('%s', async (_what, pieces) => {
    const answer = await exchangeRaw(signalbox.url, pieces());
    expect(answer.statuses).toEqual([202]);
    const stored = await storedBody(String(answer.json?.['webhookId']));
    expect(hashOf(stored)).toBe(hashOf(body));
  });

  it('only once it was told to go on', async () => {
    const answer = await exchangeRaw(signalbox.url, [head(sized(), 'expect: 100-continue'), body]);
    expect(answer.statuses).toEqual([100, 202]);
    const stored = await storedBody(String(answer.json?.['webhookId']));
    expect(hashOf(stored)).toBe(hashOf(body));
  });

  it('and a trailer never stands for a header', async () => {
    const { headers } = signedBytes(sourceSecret, body);
    const late = `0\r\nx-signature: ${headers['x-signature'] ?? ''}\r\n\r\n`;
    const first = `POST ${source.hooksPath} HTTP/1.1\r\nhost: x\r\n${chunked}\r\n\r\n`;
    const answer = await exchangeRaw(signalbox.url, [first, chunk(body), late]);
    expect(answer.status).toBe(401);
    expect(answer.json).toMatchObject({ code: 'webhooks.signature-missing' });
  });
});

function form() {
  return { 'content-type': 'application/x-www-form-urlencoded' };
}

function multipart(): Buffer {
  const part = '--b\r\ncontent-disposition: form-data; name="a"; filename="x"\r\n\r\n';
  return Buffer.concat([Buffer.from(part), randomBytes(300), Buffer.from('\r\n--b--\r\n')]);
}

function slices(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}
