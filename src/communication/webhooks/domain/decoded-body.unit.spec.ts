import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { decodedBody } from './decoded-body.js';
import { readDocument } from './request-document.js';

const json = Buffer.from('{"type":"a.b"}');
const mebibyte = 1_024 * 1_024;

describe('a body that is encoded', () => {
  it.each([
    [undefined, json],
    ['identity', json],
    ['gzip', gzipSync(json)],
    [' X-GZIP ', gzipSync(json)],
    ['deflate', deflateSync(json)],
    ['deflate', deflateRawSync(json)],
    ['br', brotliCompressSync(json)],
  ])('is read: %s', (encoding, body) => {
    expect(Buffer.from(decodedBody(encoding, body) ?? []).toString()).toBe(json.toString());
    const headers = { 'content-encoding': encoding, 'content-type': 'application/json' };
    expect(readDocument(undefined, headers, body)).toMatchObject({
      json: { type: 'a.b' },
      flags: [],
    });
  });

  it.each<[string, string, Buffer]>([
    ['an encoding of nobody', 'x-own', json],
    ['one over another', 'gzip, br', gzipSync(json)],
    ['other bytes', 'gzip', json],
    ['a cut end', 'gzip', gzipSync(json).subarray(0, 15)],
    ['a bomb of zeros', 'gzip', gzipSync(Buffer.alloc(60 * mebibyte))],
    ['a small bomb', 'br', brotliCompressSync(Buffer.alloc(2 * mebibyte))],
  ])('is kept unread and flagged: %s', (_what, encoding, body) => {
    expect(decodedBody(encoding, body)).toBeUndefined();
    const headers = { 'content-encoding': encoding, 'content-type': 'application/json' };
    const document = readDocument(undefined, headers, body);
    expect(document).toMatchObject({ json: undefined, flags: ['malformed-json'] });
  });
});
