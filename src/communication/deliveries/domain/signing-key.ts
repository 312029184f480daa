import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';

/** `v1`: a secret that both sides know, HMAC-SHA256. `v1a`: a pair of Ed25519 keys. */
export const secretKinds = ['v1', 'v1a'] as const;

export type SecretKind = (typeof secretKinds)[number];

/** A secret ready to sign with. */
export interface SigningKey {
  readonly kind: SecretKind;
  readonly key: KeyObject;
}

const prefixes: Readonly<Record<SecretKind, string>> = { v1: 'whsec_', v1a: 'whsk_' };
const publicPrefix = 'whpk_';
const hmacBytesMin = 24;
const hmacBytesMax = 64;
const seedBytes = 32;
/** What stands before the seed in the PKCS #8 form of an Ed25519 key (RFC 8410 section 7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');
const keysCachedMax = 10_000;
const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * A new signing secret: `whsec_`, or `whsk_` with the seed and the public key behind it, which is
 * the form that Svix and most Ed25519 libraries write.
 *
 * @param randomBytes from a cryptographic source: 24 to 64 bytes for `v1`, 32 for `v1a`
 * @throws Error on any other length
 */
export function newEndpointSecret(randomBytes: Uint8Array, kind: SecretKind = 'v1'): string {
  const fits =
    kind === 'v1a'
      ? randomBytes.length === seedBytes
      : randomBytes.length >= hmacBytesMin && randomBytes.length <= hmacBytesMax;
  if (!fits) throw new Error(`${randomBytes.length} bytes do not make a secret of kind ${kind}`);
  const parts = kind === 'v1a' ? [randomBytes, publicBytesOf(privateKeyOf(randomBytes))] : [];
  const bytes = kind === 'v1a' ? Buffer.concat(parts) : Buffer.from(randomBytes);
  return prefixes[kind] + bytes.toString('base64');
}

/**
 * The kind of a secret, or null when the text is none: `whsec_` and 24 to 64 bytes, or `whsk_` and
 * the 32 bytes of an Ed25519 seed, with or without the 32 of its public key, in padded base64.
 */
export function secretKindOf(text: string): SecretKind | null {
  if (hmacBytesOf(text) !== null) return 'v1';
  return seedOf(text) === null ? null : 'v1a';
}

/** The `whpk_` text with which receivers verify; null for a secret that has no public half. */
export function publicKeyTextOf(secret: string): string | null {
  const { kind, key } = signingKeyOf(secret);
  return kind === 'v1' ? null : publicPrefix + publicBytesOf(key).toString('base64');
}

/** The public half as a JSON Web Key (RFC 8037); null for a secret that has none. */
export function publicJwkOf(secret: string): JsonWebKey | null {
  const { kind, key } = signingKeyOf(secret);
  return kind === 'v1' ? null : createPublicKey(key).export({ format: 'jwk' });
}

/** Decoded once and kept, since every message needs its keys; past the limit the oldest leaves. */
const keys = new Map<string, SigningKey>();

/**
 * The key of a secret.
 *
 * @throws Error when it is not one: secrets are checked where they enter the program
 */
export function signingKeyOf(secret: string): SigningKey {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const made = keyOf(secret);
  const oldest = keys.keys().next();
  if (keys.size >= keysCachedMax && oldest.done !== true) keys.delete(oldest.value);
  keys.set(secret, made);
  return made;
}

function keyOf(secret: string): SigningKey {
  const bytes = hmacBytesOf(secret);
  if (bytes !== null) return { kind: 'v1', key: createSecretKey(bytes) };
  const seed = seedOf(secret);
  if (seed === null) throw new Error('the signing secret is not a Standard Webhooks secret');
  return { kind: 'v1a', key: privateKeyOf(seed) };
}

function hmacBytesOf(secret: string): Buffer | null {
  const bytes = bytesAfter(prefixes.v1, secret);
  if (bytes === null) return null;
  return bytes.length < hmacBytesMin || bytes.length > hmacBytesMax ? null : bytes;
}

/** A pair whose halves do not belong together would sign what nobody can verify. */
function seedOf(secret: string): Buffer | null {
  const bytes = bytesAfter(prefixes.v1a, secret);
  if (bytes === null) return null;
  if (bytes.length === seedBytes) return bytes;
  if (bytes.length !== 2 * seedBytes) return null;
  const seed = bytes.subarray(0, seedBytes);
  return publicBytesOf(privateKeyOf(seed)).equals(bytes.subarray(seedBytes)) ? seed : null;
}

function bytesAfter(prefix: string, text: string): Buffer | null {
  const encoded = text.slice(prefix.length);
  if (!text.startsWith(prefix) || encoded.length > 2 * hmacBytesMax) return null;
  return base64Pattern.test(encoded) ? Buffer.from(encoded, 'base64') : null;
}

function privateKeyOf(seed: Uint8Array): KeyObject {
  const der = Buffer.concat([pkcs8Head, seed]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function publicBytesOf(privateKey: KeyObject): Buffer {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url');
}
