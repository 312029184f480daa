import { makeApiKey, makeSource, sourceSecret, type TestSource } from '../support/factories.ts';
import { exchangeRaw, isAnswered } from '../support/raw-http.ts';
import { expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { signedBytes } from '../support/signed-webhooks.ts';

const isLong = process.env['SIGNALBOX_LONG'] === '1';
const bodyBytesMax = 64 * 1_024;
let signalbox: TestSignalbox;
let source: TestSource;
let viewerKey: string;
beforeAll(async () => {
  const settings = { WEBHOOK_BODY_BYTES_MAX: String(bodyBytesMax) };
  signalbox = await runSignalbox({ settings });
  source = await makeSource(signalbox.api, 'hmac');
  viewerKey = await makeApiKey(signalbox.api, 'viewer');
}, 30_000);
afterAll(() => signalbox.stop());

interface Refused {
  readonly what: string;
  readonly code: string;
  readonly method?: string;
  readonly path?: () => string;
  readonly headers?: Record<string, string>;
  readonly body?: () => unknown;
  readonly apiKey?: () => string;
}

const body = Buffer.from('{"a":1}');
const unknownId = 'x'.repeat(24);
const large = () => signedBytes(sourceSecret, Buffer.alloc(bodyBytesMax + 1)).body;

describe('every limit answers with a problem and its own code:', () => {
  it.each<Refused>([
    { what: 'no signature', code: 'webhooks.signature-missing', body: () => body },
    {
      what: 'a signature of nonsense',
      code: 'webhooks.signature-malformed',
      headers: { 'x-signature': 'nonsense' },
      body: () => body,
    },
    {
      what: 'the signature of another body',
      code: 'webhooks.signature-mismatch',
      headers: { 'x-signature': 'ab'.repeat(32) },
      body: () => body,
    },
    { what: 'no source', code: 'http.not-found', path: () => `/hooks/${unknownId}` },
    { what: 'a method', code: 'http.method-not-allowed', method: 'DELETE' },
    { what: 'a body', code: 'http.body-too-large', body: large },
    {
      what: 'a token that is too long',
      code: 'http.uri-too-long',
      path: () => `/hooks/${'x'.repeat(201)}`,
    },
    {
      what: 'a path that cannot be decoded',
      code: 'http.malformed-request',
      path: () => '/hooks/%zz',
    },
    {
      what: 'the number of headers',
      code: 'http.headers-too-large',
      headers: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`x-${at}`, '1'])),
    },
    { what: 'no key', code: 'auth.missing-key', path: () => '/v1/sources', apiKey: () => '' },
    {
      what: 'a scope',
      code: 'auth.insufficient-scope',
      path: () => `/v1/sources/${source.id}/shapes/hmac.webhook`,
      method: 'DELETE',
      apiKey: () => viewerKey,
    },
    {
      what: 'JSON',
      code: 'http.malformed-json',
      path: () => '/v1/sources',
      headers: { 'content-type': 'application/json' },
      body: () => '{',
      apiKey: () => signalbox.apiKey,
    },
    {
      what: 'a type of body',
      code: 'http.unsupported-media-type',
      path: () => '/v1/sources',
      headers: { 'content-type': 'text/plain' },
      body: () => 'x',
      apiKey: () => signalbox.apiKey,
    },
    {
      what: 'an encoding of an API body, which is not unpacked',
      code: 'http.malformed-json',
      path: () => '/v1/sources',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: () => Buffer.from([0x1f, 0x8b, 8]),
      apiKey: () => signalbox.apiKey,
    },
  ])('$what', async ({ code, method = 'POST', path, headers, body: content, apiKey }) => {
    const key = apiKey?.() ?? '';
    const answer = await request(`${signalbox.url}${path?.() ?? source.hooksPath}`, {
      method,
      ...(headers === undefined ? {} : { headers }),
      ...(content === undefined ? {} : { body: content() }),
      ...(key === '' ? {} : { apiKey: key }),
    });
    expectProblem(answer, code);
    expect(answer.text).not.toContain(sourceSecret);
  });
});

describe('bytes on a bare connection', () => {
  const start = () => `POST ${source.hooksPath} HTTP/1.1\r\nhost: x\r\n`;
  const problem = async (pieces: readonly (string | Buffer)[], timeoutEnd = false) => {
    const answer = await exchangeRaw(signalbox.url, pieces, {
      enough: timeoutEnd ? never : isAnswered,
    });
    return { status: answer.status, code: answer.json?.['code'] };
  };

  it.each<[string, number, string, () => string[]]>([
    [
      'headers of 20 KB',
      431,
      'http.headers-too-large',
      () => [`${start()}x: ${'y'.repeat(20_000)}\r\n\r\n`],
    ],
    [
      'headers without end',
      431,
      'http.headers-too-large',
      () => [start(), ...Array<string>(900).fill('x-a: aaaaaaaaaaaaaaaaaa\r\n')],
    ],
    [
      'an address of 20 KB',
      431,
      'http.headers-too-large',
      () => [`POST /${'y'.repeat(20_000)} HTTP/1.1\r\n\r\n`],
    ],
    [
      'a size of a chunk that is none',
      400,
      'http.malformed-request',
      () => [`${start()}transfer-encoding: chunked\r\n\r\nxyz\r\n`],
    ],
    [
      'a chunk that is longer than it says',
      400,
      'http.malformed-request',
      () => [`${start()}transfer-encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n`],
    ],
    [
      'a chunk larger than any number',
      400,
      'http.malformed-request',
      () => [`${start()}transfer-encoding: chunked\r\n\r\n${'f'.repeat(17)}\r\n`],
    ],
    [
      'a length that is none',
      400,
      'http.malformed-request',
      () => [`${start()}content-length: -1\r\n\r\n`],
    ],
    [
      'a length written in hex',
      400,
      'http.malformed-request',
      () => [`${start()}content-length: 0x5\r\n\r\nabcde`],
    ],
    [
      'two lengths',
      400,
      'http.malformed-request',
      () => [`${start()}content-length: 1\r\ncontent-length: 2\r\n\r\nab`],
    ],
    [
      'a list of lengths',
      400,
      'http.malformed-request',
      () => [`${start()}content-length: 1, 2\r\n\r\nab`],
    ],
    [
      'a length and chunks',
      400,
      'http.malformed-request',
      () => [`${start()}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ],
    [
      'chunks that are not the last encoding',
      400,
      'http.malformed-request',
      () => [`${start()}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n`],
    ],
    [
      'chunks in disguise',
      400,
      'http.malformed-request',
      () => [`${start()}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ],
    [
      'a blank before the colon',
      400,
      'http.malformed-request',
      () => [`${start()}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`],
    ],
    [
      'a folded header',
      400,
      'http.malformed-request',
      () => [`${start()}x-a: b\r\n c: d\r\ntransfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n`],
    ],
    [
      'a bare line feed in a header',
      400,
      'http.malformed-request',
      () => [`${start()}x-a: b\nc: d\r\n\r\n`],
    ],
    ['a NUL in a header', 400, 'http.malformed-request', () => [`${start()}x-a: b\0c\r\n\r\n`]],
    ['no host', 400, 'http.malformed-request', () => [`POST ${source.hooksPath} HTTP/1.1\r\n\r\n`]],
    [
      'a version that is none',
      400,
      'http.malformed-request',
      () => [`POST / HTTP/9.9\r\nhost: x\r\n\r\n`],
    ],
    [
      'HTTP/2 without asking',
      400,
      'http.malformed-request',
      () => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ],
    [
      'a method that is none',
      400,
      'http.malformed-request',
      () => ['FETCH / HTTP/1.1\r\nhost: x\r\n\r\n'],
    ],
  ])('get an answer and the end: %s', async (_what, status, code, pieces) => {
    expect(await problem(pieces())).toEqual({ status, code });
  });

  it('never smuggle a second request into the first', async () => {
    const second = `GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n`;
    const both = `${start()}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${second}`;
    const answer = await exchangeRaw(signalbox.url, [both], { enough: never });
    expect(answer.statuses).toEqual([400]);
  });

  it('that come too slowly lose their place: headers', async () => {
    expect(await problem([start()], true)).toEqual({ status: 408, code: 'http.request-timeout' });
  }, 40_000);

  if (isLong) {
    it('that come too slowly lose their place: a body', async () => {
      const slow = [`${start()}content-length: 100\r\n\r\nabc`];
      expect(await problem(slow, true)).toEqual({ status: 408, code: 'http.request-timeout' });
    }, 120_000);
  }

  it('leave nothing behind and hurt nobody', async () => {
    const { headers, body: content } = signedBytes(sourceSecret, body);
    const url = `${signalbox.url}${source.hooksPath}`;
    expect((await request(url, { method: 'POST', headers, body: content })).status).toBe(202);
    const { items } = await signalbox.api.get<{ items: unknown[] }>('/v1/webhooks');
    expect(items).toHaveLength(1);
  });
});

function never(): boolean {
  return false;
}
