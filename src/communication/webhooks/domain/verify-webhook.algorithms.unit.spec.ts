import {
  constants,
  createHash,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { SignatureScheme } from './provider-scheme.js';
import { verifyWebhook, type UnverifiedWebhook } from './verify-webhook.js';

const nowMs = 1_700_000_000_000;
const body = Buffer.from('{"a":"ü","n":7}');
const ed25519 = generateKeyPairSync('ed25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const stranger = {
  ed25519: generateKeyPairSync('ed25519'),
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  rsa: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
};

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const der = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });

function outcome(
  signature: Omit<SignatureScheme, 'place'> & Partial<SignatureScheme>,
  secret: string,
  text: string,
  overrides: Partial<UnverifiedWebhook> = {},
): string {
  const verification = verifyWebhook({
    scheme: { signature: { place: { kind: 'header', headers: ['x-signature'] }, ...signature } },
    secrets: [{ id: 's', value: secret }],
    headers: { 'x-signature': text },
    body,
    nowMs,
    ...overrides,
  });
  return verification.verdict === 'verified' ? 'verified' : verification.reason;
}

const other = { body: Buffer.from('{"a":"u","n":7}') };

describe.each(['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const)('with %s', (hash) => {
  it('an HMAC verifies, and not of another body', () => {
    const scheme: Parameters<typeof outcome>[0] = {
      algorithm: { kind: 'hmac', hash, keyForm: 'utf8' },
      encoding: 'base64url',
      signed: '{body}',
    };
    const digest = createHmac(hash, 'key').update(body).digest('base64url');
    expect(outcome(scheme, 'key', digest)).toBe('verified');
    expect(outcome(scheme, 'key', digest, other)).toBe('signature-mismatch');
  });

  it('a hash of the secret and the body verifies, and with no other secret', () => {
    const scheme: Parameters<typeof outcome>[0] = {
      algorithm: { kind: 'hash', hash },
      encoding: 'hex',
      signed: '{secret}{body}',
    };
    const digest = createHash(hash).update('kéy').update(body).digest('hex');
    expect(outcome(scheme, 'kéy', digest)).toBe('verified');
    expect(outcome(scheme, 'key', digest)).toBe('signature-mismatch');
  });
});

it.each([
  ['sha1-of-text', createHash('sha1').update('key').digest()],
  ['sha256-of-text', createHash('sha256').update('key').digest()],
  ['sha512-of-text', createHash('sha512').update('key').digest()],
] as const)('a key in the form %s is the hash of the secret', (keyForm, key) => {
  const digest = createHmac('sha256', key).update(body).digest('hex');
  const algorithm = { kind: 'hmac', hash: 'sha256', keyForm } as const;
  expect(outcome({ algorithm, encoding: 'hex', signed: '{body}' }, 'key', digest)).toBe('verified');
});

describe('a signature by Ed25519', () => {
  const scheme: Parameters<typeof outcome>[0] = {
    algorithm: { kind: 'ed25519' },
    encoding: 'hex',
    signed: '{body}',
  };
  const made = (key: KeyObject) => sign(null, body, key).toString('hex');
  const bare = der(ed25519.publicKey).subarray(-32);

  it.each([
    ['PEM', pem(ed25519.publicKey)],
    ['DER in base64', der(ed25519.publicKey).toString('base64')],
    ['bare hexadecimal', bare.toString('hex')],
    ['bare base64', bare.toString('base64')],
    ['the form of Standard Webhooks', `whpk_${bare.toString('base64')}`],
  ])('verifies with the public key as %s', (_form, key) => {
    expect(outcome(scheme, key, made(ed25519.privateKey))).toBe('verified');
    expect(outcome(scheme, key, made(stranger.ed25519.privateKey))).toBe('signature-mismatch');
    expect(outcome(scheme, key, made(ed25519.privateKey), other)).toBe('signature-mismatch');
  });

  it.each([
    ['a private key', ed25519.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['a key of another kind', pem(rsa.publicKey)],
    ['no key', 'hello'],
  ])('is never checked with %s', (_case, key) => {
    expect(outcome(scheme, key, made(ed25519.privateKey))).toBe('no-secret');
  });
});

it.each(['der', 'raw'] as const)('a signature by P-256 as %s verifies', (form) => {
  const dsaEncoding = form === 'raw' ? 'ieee-p1363' : 'der';
  const made = (key: KeyObject) => sign('sha256', body, { key, dsaEncoding }).toString('base64');
  const scheme: Parameters<typeof outcome>[0] = {
    algorithm: { kind: 'ecdsa-p256', form },
    encoding: 'base64',
    signed: '{body}',
  };
  const key = pem(p256.publicKey);
  const bare = der(p256.publicKey).subarray(-65).toString('base64');
  expect(outcome(scheme, key, made(p256.privateKey))).toBe('verified');
  expect(outcome(scheme, bare, made(p256.privateKey))).toBe('verified');
  expect(outcome(scheme, key, made(stranger.p256.privateKey))).toBe('signature-mismatch');
  expect(outcome(scheme, key, made(p256.privateKey), other)).toBe('signature-mismatch');
  expect(outcome(scheme, key, Buffer.alloc(64, 0xff).toString('base64'))).toBe(
    'signature-mismatch',
  );
});

it.each([
  ['sha1', 'pkcs1'],
  ['sha256', 'pkcs1'],
  ['sha512', 'pkcs1'],
  ['sha256', 'pss'],
] as const)('a signature by RSA with %s and %s verifies', (hash, padding) => {
  const options = {
    padding: padding === 'pss' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
  const made = (key: KeyObject) => sign(hash, body, { key, ...options }).toString('base64');
  const scheme: Parameters<typeof outcome>[0] = {
    algorithm: { kind: 'rsa', hash, padding },
    encoding: 'base64',
    signed: '{body}',
  };
  const key = pem(rsa.publicKey);
  expect(outcome(scheme, key, made(rsa.privateKey))).toBe('verified');
  expect(outcome(scheme, key, made(stranger.rsa.privateKey))).toBe('signature-mismatch');
  expect(outcome(scheme, key, made(rsa.privateKey), other)).toBe('signature-mismatch');
});

it('an RSA key of less than 2,048 bits is no key', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 });
  const scheme: Parameters<typeof outcome>[0] = {
    algorithm: { kind: 'rsa', hash: 'sha256', padding: 'pkcs1' },
    encoding: 'base64',
    signed: '{body}',
  };
  expect(outcome(scheme, pem(weak.publicKey), '')).toBe('no-secret');
});

describe('a token', () => {
  const scheme: Parameters<typeof outcome>[0] = { algorithm: { kind: 'token' } };

  it('verifies when it is the secret, letter by letter', () => {
    expect(outcome(scheme, 'kéy', Buffer.from('kéy').toString('latin1'))).toBe('verified');
    for (const wrong of ['', 'ke', 'kéyy', 'KÉY']) {
      expect(outcome(scheme, 'kéy', Buffer.from(wrong).toString('latin1'))).not.toBe('verified');
    }
  });

  it('may stand behind Bearer, in the query, or in the body', () => {
    const headers = { authorization: 'bearer tok' };
    const bearer = { kind: 'authorization', scheme: 'Bearer' } as const;
    expect(outcome({ ...scheme, place: bearer }, 'tok', '', { headers })).toBe('verified');
    expect(outcome({ ...scheme, place: bearer }, 'tok', '', { headers: {} })).toBe(
      'signature-missing',
    );
    const query = { kind: 'query', name: 'k' } as const;
    const url = 'https://hooks.example/hooks/x?k=t%6Fk&k=no';
    expect(outcome({ ...scheme, place: query }, 'tok', '', { url })).toBe('verified');
    const json = { kind: 'json', path: 'a' } as const;
    expect(outcome({ ...scheme, place: json }, 'ü', '')).toBe('verified');
  });
});

it('Basic verifies user and password, in one spelling', () => {
  const scheme: Parameters<typeof outcome>[0] = {
    algorithm: { kind: 'basic' },
    place: { kind: 'authorization', scheme: 'Basic' },
  };
  const asked = (credentials: string) =>
    outcome(scheme, 'user:pass', '', {
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    });
  expect(asked('user:pass')).toBe('verified');
  expect(asked('user:passe')).toBe('signature-mismatch');
  expect(outcome(scheme, 'no colon', '')).toBe('no-secret');
  const authorization = 'Basic dXNlcjpwYXNz!';
  expect(outcome(scheme, 'user:pass', '', { headers: { authorization } })).toBe(
    'signature-malformed',
  );
});

describe('keys of everybody', () => {
  const scheme: Parameters<typeof outcome>[0] = {
    algorithm: { kind: 'rsa', hash: 'sha256', padding: 'pkcs1' },
    encoding: 'base64',
    signed: '{body}',
    remoteKeys: {
      kind: 'certificate',
      url: { kind: 'header', headers: ['x-cert'] },
      hosts: ['keys.acme.example'],
    },
    binding: { kind: 'json', path: 'a' },
  };
  const text = sign('sha256', body, rsa.privateKey).toString('base64');
  const remoteKeys = [stranger.rsa.publicKey, rsa.publicKey];

  it('verify a webhook that names the secret of the source, and no other', () => {
    expect(outcome(scheme, 'ü', text, { remoteKeys })).toBe('verified');
    expect(outcome(scheme, 'other', text, { remoteKeys })).toBe('signature-mismatch');
  });

  it('that were not to be had verify nothing', () => {
    expect(outcome(scheme, 'ü', text)).toBe('signature-mismatch');
    expect(outcome(scheme, 'ü', text, { remoteKeys: [stranger.rsa.publicKey] })).toBe(
      'signature-mismatch',
    );
  });
});
