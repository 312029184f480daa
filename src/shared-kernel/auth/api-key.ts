import { createHash, timingSafeEqual } from 'node:crypto';

/** The two parts of an API key's value. */
interface ApiKeyParts {
  readonly keyId: string;
  readonly secret: string;
}

/** 256 bits, so that guessing is out of the question. */
export const apiKeySecretBytes = 32;

const valuePattern = /^sbx_([0-9a-f]{32})_([\w-]{43})$/;

/**
 * The value of an API key: `sbx_<id>_<secret>`. The prefix lets secret scanners find leaked keys,
 * the id finds the row without the secret touching the database.
 *
 * @param keyId `key_` and 32 hex digits
 * @param secret `apiKeySecretBytes` random bytes
 */
export function apiKeyValue(keyId: string, secret: Uint8Array): string {
  return `sbx_${keyId.slice('key_'.length)}_${Buffer.from(secret).toString('base64url')}`;
}

/** The parts of a value, undefined when it is not an API key. */
export function parseApiKey(value: string): ApiKeyParts | undefined {
  const [, id, secret] = valuePattern.exec(value) ?? [];
  return id === undefined || secret === undefined ? undefined : { keyId: `key_${id}`, secret };
}

/**
 * What is stored of the secret. A plain SHA-256 is right here: slow hashes make it dear to guess
 * what people choose, and nobody guesses 256 random bits, while every request would pay for one.
 */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Compares two hashes in constant time. */
export function sameHash(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
