import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import twilio from 'twilio';
import type { SignatureScheme } from './provider-scheme.js';
import { type UnverifiedWebhook, verifyWebhook } from './verify-webhook.js';

const nowMs = 1_700_000_000_000;
const url = 'https://hooks.example:8443/hooks/x?b=2&a=%2F';
const shouted = `${url}&C=X-%C3%9C`;

function outcome(
  signature: Partial<SignatureScheme>,
  signedText: string | Uint8Array,
  request: Partial<UnverifiedWebhook> = {},
): string {
  const digest = createHmac('sha256', 'key').update(signedText).digest('hex');
  const verification = verifyWebhook({
    scheme: {
      signature: {
        algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'utf8' },
        encoding: 'hex',
        place: { kind: 'header', headers: ['x-signature'] },
        ...signature,
      },
      deliveryId: { kind: 'header', headers: ['x-id'] },
    },
    secrets: [{ id: 's', value: 'key' }],
    body: Buffer.from('{"a":{"b":"ü"},"n":7,"t":true}'),
    nowMs,
    url,
    ...request,
    headers: { 'x-signature': digest, 'x-id': 'd-1', ...request.headers },
  });
  return verification.verdict === 'verified' ? 'verified' : verification.reason;
}

const body = '{"a":{"b":"ü"},"n":7,"t":true}';

it.each([
  ['{method} {url}', `POST ${url}`],
  ['{url:with-port}', url],
  ['{url:without-port}', 'https://hooks.example/hooks/x?b=2&a=%2F'],
  ['{url:base}', 'https://hooks.example:8443/hooks/x'],
  ['{url:path}', '/hooks/x'],
  ['{url:path-query}', '/hooks/x?b=2&a=%2F'],
  ['{url:query}', 'b=2&a=%2F'],
  ['{url:host}', 'hooks.example:8443'],
  ['{query:a}.{query?:none}', '/.'],
  ['{lower-query:C}', 'x-ü'],
  ['{json:a.b}:{json:n}:{json:t}:{json?:none}', 'ü:7:true:'],
  ['{body:crc32}', String(crc32(body))],
  ['{body:base64}', Buffer.from(body).toString('base64')],
  ['{body:sorted-json}', '{"a":{"b":"ü"},"n":7,"t":true}'],
  ['{header:x-id}\n{id}', 'd-1\nd-1'],
  ['{setting:hook}', 'h-9'],
])('%j is read as %j', (template, text) => {
  const settings = { hook: 'h-9' };
  const request = { settings, ...(template.includes('lower') && { url: shouted }) };
  expect(outcome({ signed: template }, text, request)).toBe('verified');
  expect(outcome({ signed: template }, `${text}x`, request)).toBe('signature-mismatch');
});

it.each([
  '{json:none}',
  '{json:a}',
  '{query:none}',
  '{lower-query:none}',
  '{header:none}',
  '{setting:none}',
  '{form:f}',
])('nothing is verified when the request lacks %s', (template) => {
  expect(outcome({ signed: template }, '')).toBe('signature-malformed');
});

it('an address that nobody knows is signed by nobody', () => {
  expect(outcome({ signed: '{url}' }, '', { url: undefined })).toBe('signature-malformed');
});

it('a port that goes without saying may be said', () => {
  const request = { url: 'https://hooks.example/x' };
  expect(outcome({ signed: '{url:with-port}' }, 'https://hooks.example:443/x', request)).toBe(
    'verified',
  );
});

it('JSON is sorted at every depth, and JSON that is too deep is not', () => {
  const request = { body: Buffer.from('{"z":[{"b":1,"a":null}],"a":"x"}') };
  const sorted = '{"a":"x","z":[{"a":null,"b":1}]}';
  expect(outcome({ signed: '{body:sorted-json}' }, sorted, request)).toBe('verified');
  const deep = { body: Buffer.from('['.repeat(50_000) + ']'.repeat(50_000)) };
  expect(outcome({ signed: '{body:sorted-json}' }, '', deep)).toBe('signature-malformed');
});

it('fields that are absent are left out, and one that is no text makes it unreadable', () => {
  const signed = '{fields:Message,Subject,Type}';
  const request = (json: object) => ({ body: Buffer.from(JSON.stringify(json)) });
  const text = 'Message\nhello\nType\nNote\n';
  expect(outcome({ signed }, text, request({ Type: 'Note', Message: 'hello' }))).toBe('verified');
  expect(outcome({ signed }, text, request({ Type: 'Note', Message: 1 }))).toBe(
    'signature-malformed',
  );
  expect(outcome({ signed }, '', request({}))).toBe('signature-malformed');
});

describe('a form', () => {
  const form = (text: string) => ({
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(text),
  });

  it('is signed in the order of its names, as text', () => {
    const request = form('b=2+2&a=%C3%BC&b=1');
    expect(outcome({ signed: '{sorted-form}' }, 'aüb1b2 2', request)).toBe('verified');
    expect(outcome({ signed: '{sorted-form:pairs}' }, 'a=ü&b=1&b=2 2', request)).toBe('verified');
  });

  it('may hold its signature itself, which is then not signed', () => {
    const digest = createHmac('sha256', 'key').update('a=1').digest('hex');
    const place = { kind: 'form', field: 'sig', prefix: 'k|', separator: '&' } as const;
    const request = form(`sig=${encodeURIComponent(`other|00&k|${digest}`)}&a=1`);
    expect(outcome({ signed: '{sorted-form:pairs}', place }, '', request)).toBe('verified');
    const afterLast = { kind: 'form', field: 'sig', afterLast: '|', separator: '&' } as const;
    expect(outcome({ signed: '{sorted-form:pairs}', place: afterLast }, '', request)).toBe(
      'verified',
    );
  });

  it.each(['a=%FF', 'a=%', 'a=%C3'])('that is no UTF-8 is signed by nobody: %s', (text) => {
    expect(outcome({ signed: '{sorted-form}' }, '', form(text))).toBe('signature-malformed');
  });

  it("is joined as Twilio's library joins it", () => {
    const fields = fc.dictionary(
      fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
        .filter((name) => name !== '__proto__'),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    );
    const property = fc.property(fields, (params) => {
      const signature = twilio.getExpectedTwilioSignature('key', url, params);
      const request = form(new URLSearchParams(params).toString());
      const verdict = outcome(
        {
          algorithm: { kind: 'hmac', hash: 'sha1', keyForm: 'utf8' },
          encoding: 'base64',
          signed: '{url}{sorted-form}',
        },
        '',
        { ...request, headers: { ...request.headers, 'x-signature': signature } },
      );
      expect(verdict).toBe('verified');
    });
    fc.assert(property, { numRuns: 300 });
  });
});

it('of several forms any may be signed, but a hash that is claimed binds', () => {
  const place = { kind: 'query', name: 'h' } as const;
  const signed: SignatureScheme['signed'] = [
    '{url}.{body}',
    { template: '{url}', bodyHash: { place, form: 'sha256-hex' } },
  ];
  const hash = 'f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2';
  const request = { body: Buffer.from('test\n'), url: `https://hooks.example/x?h=${hash}` };
  const plain = { ...request, url: 'https://hooks.example/x' };
  expect(outcome({ signed }, `${plain.url}.test\n`, plain)).toBe('verified');
  expect(outcome({ signed }, `${request.url}.test\n`, request)).toBe('signature-mismatch');
  expect(outcome({ signed }, request.url, request)).toBe('verified');
  expect(outcome({ signed }, request.url, { ...request, body: Buffer.from('best\n') })).toBe(
    'signature-mismatch',
  );
});

describe('headers that the sender lists', () => {
  const signature: Partial<SignatureScheme> = {
    signed: '{method}\n{url:path-query}\n{listed-headers:x-signed}\n{body}',
    timestamp: {
      place: { kind: 'header', headers: ['x-time'] },
      unit: 'milliseconds',
      pastSeconds: 30,
      futureSeconds: 30,
    },
  };
  const headers = { 'x-signed': 'x-time, X-Topic', 'x-topic': 'a', 'x-time': `${nowMs}` };
  const text = `POST\n/hooks/x?b=2&a=%2F\nx-time:${nowMs};x-topic:a\n${body}`;

  it('are signed by name', () => {
    expect(outcome(signature, text, { headers })).toBe('verified');
    const changed = { ...headers, 'x-topic': 'b' };
    expect(outcome(signature, text, { headers: changed })).toBe('signature-mismatch');
  });

  it('must all be there, and the time among them', () => {
    const absent = { ...headers, 'x-signed': 'x-time,x-none' };
    expect(outcome(signature, text, { headers: absent })).toBe('signature-malformed');
    const untimed = { ...headers, 'x-signed': 'x-topic' };
    expect(outcome(signature, text, { headers: untimed })).toBe('signature-malformed');
  });
});

it.each([
  ['iso', new Date(nowMs).toISOString(), 'verified'],
  ['iso', new Date(nowMs - 61_000).toISOString(), 'timestamp-stale'],
  ['iso', 'yesterday', 'timestamp-malformed'],
  ['http-date', new Date(nowMs).toUTCString(), 'verified'],
  ['http-date', new Date(nowMs + 62_000).toUTCString(), 'timestamp-stale'],
  ['http-date', '2023-11-14', 'timestamp-malformed'],
] as const)('a time as %s of %s is %s', (unit, time, expected) => {
  const timestamp = { unit, pastSeconds: 60, futureSeconds: 60 };
  const place = { kind: 'header', headers: ['x-time'] } as const;
  const signature = {
    signed: '{timestamp}.{body}',
    timestamp: { ...timestamp, place: { ...place, headers: ['x-time'] } },
  };
  const request = { headers: { 'x-time': time } };
  expect(outcome(signature, `${time}.${body}`, request)).toBe(expected);
});

it('a time inside the signed body is judged too', () => {
  const signature: Partial<SignatureScheme> = {
    signed: '{body}',
    timestamp: {
      place: { kind: 'json', path: 'at' },
      unit: 'milliseconds',
      pastSeconds: 60,
      futureSeconds: 60,
    },
  };
  const at = (time: unknown) => ({ body: Buffer.from(JSON.stringify({ at: time })) });
  expect(outcome(signature, JSON.stringify({ at: nowMs }), at(nowMs))).toBe('verified');
  expect(outcome(signature, JSON.stringify({ at: 1 }), at(1))).toBe('timestamp-stale');
  expect(outcome(signature, JSON.stringify({ at: '' }), at(''))).toBe('timestamp-malformed');
});
