import { createHash, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { SignatureScheme } from './provider-scheme.js';
import { type UnverifiedWebhook, verifyWebhook } from './verify-webhook.js';

const nowMs = 1_700_000_000_000;
const nowSeconds = nowMs / 1_000;
const body = Buffer.from('{"a":"ü","n":7}');
const other = { body: Buffer.from('{"a":"u","n":7}') };
const ed25519 = generateKeyPairSync('ed25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

type Scheme = Omit<SignatureScheme, 'place'> & Partial<SignatureScheme>;

function outcome(
  signature: Scheme,
  secret: string,
  overrides: Partial<UnverifiedWebhook> = {},
): string {
  const verification = verifyWebhook({
    scheme: { signature: { place: { kind: 'body' }, ...signature } },
    secrets: [{ id: 's', value: secret }],
    headers: {},
    body,
    nowMs,
    ...overrides,
  });
  return verification.verdict === 'verified' ? 'verified' : verification.reason;
}

describe('a JWT', () => {
  const hash = createHash('sha256').update(body).digest('hex');
  const shared = createSecretKey(Buffer.from('a shared secret of 32 characters'));
  const jwt = (algorithm: object): Scheme => ({
    algorithm: {
      kind: 'jwt',
      algorithms: ['HS256'],
      bodyClaim: { path: 'hash', form: 'sha256-hex' },
      ...algorithm,
    },
    place: { kind: 'authorization', scheme: 'Bearer' },
  });
  const token = (alg: string, key: KeyObject, claims: object = {}) =>
    new SignJWT({ hash, ...claims }).setProtectedHeader({ alg }).sign(key);
  const secret = 'a shared secret of 32 characters';
  const asked = (scheme: Scheme, value: string, text: string, more = {}) =>
    outcome(scheme, value, { headers: { authorization: `Bearer ${text}` }, ...more });

  it.each([
    ['HS256', shared, secret],
    ['HS512', createSecretKey(Buffer.from(secret.repeat(2))), secret.repeat(2)],
    ['RS256', rsa.privateKey, pem(rsa.publicKey)],
    ['PS256', rsa.privateKey, pem(rsa.publicKey)],
    ['ES256', p256.privateKey, pem(p256.publicKey)],
    ['EdDSA', ed25519.privateKey, pem(ed25519.publicKey)],
  ])('that another library made with %s verifies, for its body only', async (alg, key, value) => {
    const scheme = jwt({ algorithms: [alg] });
    const text = await token(alg, key);
    expect(asked(scheme, value, text)).toBe('verified');
    expect(asked(scheme, value, text, other)).toBe('signature-mismatch');
    expect(asked(scheme, value, `${text.slice(0, -8)}AAAAAAAA`)).toBe('signature-mismatch');
  });

  it('cannot choose how it is checked: not unsigned, and not with a public key as a shared one', async () => {
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(
      JSON.stringify({ hash }),
    ).toString('base64url')}.`;
    expect(asked(jwt({}), secret, none)).toBe('signature-mismatch');
    const confused = await token('HS256', createSecretKey(Buffer.from(pem(rsa.publicKey))));
    expect(asked(jwt({ algorithms: ['RS256'] }), pem(rsa.publicKey), confused)).toBe(
      'signature-mismatch',
    );
  });

  it.each([
    [{ exp: nowSeconds + 1 }, 'verified'],
    [{ exp: nowSeconds }, 'timestamp-stale'],
    [{ exp: 'later' }, 'timestamp-stale'],
    [{ nbf: nowSeconds }, 'verified'],
    [{ nbf: nowSeconds + 1 }, 'timestamp-stale'],
  ])('with the claims %j is %s', async (claims, expected) => {
    expect(asked(jwt({}), secret, await token('HS256', shared, claims))).toBe(expected);
  });

  it.each([
    [{ iat: nowSeconds - 300 }, 'verified'],
    [{ iat: nowSeconds - 301 }, 'timestamp-stale'],
    [{ iat: nowSeconds + 60 }, 'timestamp-stale'],
    [{}, 'timestamp-stale'],
  ])('of an age that is limited to 300 s, with %j, is %s', async (claims, expected) => {
    const scheme = jwt({ maxAgeSeconds: 300 });
    expect(asked(scheme, secret, await token('HS256', shared, claims))).toBe(expected);
  });

  it('must hold the claims that its scheme names', async () => {
    const scheme = jwt({
      claims: [
        { path: 'iss', equals: 'acme' },
        { path: 'aud', setting: 'audience' },
        { path: 'x' },
      ],
    });
    const right = { iss: 'acme', aud: ['us', 'them'], x: 1 };
    const settings = { audience: 'us' };
    expect(asked(scheme, secret, await token('HS256', shared, right), { settings })).toBe(
      'verified',
    );
    for (const claims of [{ iss: 'other' }, { aud: 'them' }, { x: undefined }]) {
      const text = await token('HS256', shared, { ...right, ...claims });
      expect(asked(scheme, secret, text, { settings })).toBe('signature-mismatch');
    }
    const text = await token('HS256', shared, right);
    expect(asked(scheme, secret, text)).toBe('signature-mismatch');
  });

  it('may hold a hash of the address', async () => {
    const url = 'https://hooks.example/hooks/x?y=1';
    const urlHash = createHash('sha256').update(url).digest('hex');
    const scheme = jwt({ urlClaim: { path: 'u', form: 'sha256-hex' } });
    const text = await token('HS256', shared, { u: urlHash });
    expect(asked(scheme, secret, text, { url })).toBe('verified');
    expect(asked(scheme, secret, text, { url: `${url}2` })).toBe('signature-mismatch');
  });

  it('may hold the address itself', async () => {
    const url = 'https://hooks.example/hooks/x?y=1';
    const scheme = jwt({ claims: [{ path: 'sub', url: true }] });
    const text = await token('HS256', shared, { sub: url });
    expect(asked(scheme, secret, text, { url })).toBe('verified');
    for (const other of [`${url}2`, 'https://hooks.example/hooks/x', undefined]) {
      expect(asked(scheme, secret, text, { url: other })).toBe('signature-mismatch');
    }
  });

  it('may pad the hash in base64url, and no other', async () => {
    const scheme = jwt({ bodyClaim: { path: 'h', form: 'sha256-base64url' } });
    const h = createHash('sha256').update(body).digest('base64url');
    for (const spelling of [h, `${h}=`]) {
      expect(asked(scheme, secret, await token('HS256', shared, { h: spelling }))).toBe('verified');
    }
    for (const spelling of [`${h}===`, `${h}=A`, h.slice(1), '']) {
      const text = await token('HS256', shared, { h: spelling });
      expect(asked(scheme, secret, text)).toBe('signature-mismatch');
    }
  });

  it('may be the body itself', async () => {
    const scheme: Scheme = {
      algorithm: { kind: 'jwt', algorithms: ['RS256'] },
      place: { kind: 'body' },
    };
    const text = await token('RS256', rsa.privateKey);
    expect(outcome(scheme, pem(rsa.publicKey), { body: Buffer.from(text) })).toBe('verified');
    expect(outcome(scheme, pem(rsa.publicKey), { body: Buffer.from(`${text}A`) })).toBe(
      'signature-mismatch',
    );
    expect(outcome(scheme, pem(rsa.publicKey), { body: Buffer.alloc(0) })).toBe(
      'signature-missing',
    );
  });
});
