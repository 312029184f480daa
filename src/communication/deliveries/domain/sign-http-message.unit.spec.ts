import { createHmac, createPublicKey, randomBytes, verify } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import {
  type Component,
  contentDigestOf,
  httpSignatureHeaders,
  signHttpMessage,
} from './sign-http-message.js';
import { newEndpointSecret, publicJwkOf, signingKeyOf } from './signing-key.js';

// RFC 9421 appendix B.1.5 and B.1.4, as secrets of ours.
const sharedSecret =
  'whsec_uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==';
const ed25519Seed = Buffer.from('n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU', 'base64url');
const ed25519Secret = `whsk_${ed25519Seed.toString('base64')}`;
const created = 1_618_884_473;

// The request of appendix B.2.
const date: Component = ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'];
const authority: Component = ['@authority', 'example.com'];
const contentType: Component = ['content-type', 'application/json'];

describe('a signature by RFC 9421', () => {
  it('is that of appendix B.2.5 with hmac-sha256', () => {
    const parameters = { created, keyid: 'test-shared-secret' };
    expect(signHttpMessage([date, authority, contentType], parameters, sharedSecret)).toEqual({
      input: '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
      signature: ':pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:',
    });
  });

  it('is that of appendix B.2.6 with ed25519', () => {
    const components: Component[] = [
      date,
      ['@method', 'POST'],
      ['@path', '/foo'],
      authority,
      contentType,
      ['content-length', '18'],
    ];
    const parameters = { created, keyid: 'test-key-ed25519' };
    expect(signHttpMessage(components, parameters, ed25519Secret)).toEqual({
      input:
        '("date" "@method" "@path" "@authority" "content-type" "content-length")' +
        ';created=1618884473;keyid="test-key-ed25519"',
      signature:
        ':wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
    });
  });

  it('covers the digest of the body as RFC 9530 writes it', () => {
    // Appendix D of RFC 9530.
    expect(contentDigestOf(Buffer.from('{"hello": "world"}\n'))).toBe(
      'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
    );
  });
});

describe('the signature headers of a message', () => {
  const body = Buffer.from('{"a":1}');
  const secrets = [
    { id: 'sec_1', value: newEndpointSecret(randomBytes(32)) },
    { id: 'sec_2', value: newEndpointSecret(randomBytes(32), 'v1a') },
  ];
  const url = 'https://example.com/hook?tenant=a%20b';
  const covered = { 'content-type': 'application/json', 'webhook-id': 'evt_1', 'ce-type': 'a.b' };

  /** The published package finds the keys by their ids and checks every signature. */
  const verifyWithPackage = (change: object = {}) => {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const signed = httpSignatureHeaders({ url, headers: covered, body }, secrets, nowSeconds);
    const headers: Record<string, string> = { ...covered, ...signed };
    const keyLookup = async ({ keyid }: { keyid?: string }) => {
      const secret = secrets.find(({ id }) => id === keyid);
      if (secret === undefined) return null;
      const { kind, key } = signingKeyOf(secret.value);
      return {
        id: secret.id,
        algs: kind === 'v1' ? ['hmac-sha256'] : ['ed25519'],
        verify: async (data: Buffer, signature: Buffer) => {
          if (kind === 'v1')
            return createHmac('sha256', key).update(data).digest().equals(signature);
          const publicKey = createPublicKey({ key: publicJwkOf(secret.value)!, format: 'jwk' });
          return verify(null, data, publicKey, signature);
        },
      };
    };
    const requiredFields = ['@method', '@target-uri', 'content-digest', 'webhook-id', 'ce-type'];
    const request = { method: 'POST', url, headers, ...change };
    return httpbis.verifyMessage({ keyLookup, requiredFields, all: true }, request);
  };

  it('are accepted by the package http-message-signatures, for every secret', async () => {
    expect(await verifyWithPackage()).toBe(true);
  });

  it.each([
    ['another method', { method: 'PUT' }],
    ['another target', { url: 'https://example.com/hook?tenant=c' }],
  ])('are refused by it for %s', async (_what, change) => {
    expect(await verifyWithPackage(change)).toBe(false);
  });

  it('name the algorithm, the time and the id of each secret', () => {
    const signed = httpSignatureHeaders({ url, headers: covered, body }, secrets, created);
    const names =
      '("@method" "@target-uri" "content-digest" "content-type" "webhook-id" "ce-type")';
    expect(signed['signature-input']).toBe(
      `sig1=${names};created=${created};keyid="sec_1";alg="hmac-sha256", ` +
        `sig2=${names};created=${created};keyid="sec_2";alg="ed25519"`,
    );
  });
});
