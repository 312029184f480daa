import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

const prefix = 'whsec_';
const keyBytesMin = 24;
const keyBytesMax = 64;
const keysCachedMax = 10_000;
const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The three headers by which a receiver checks a message. */
export interface SignatureHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/** What is signed: the id, the time of this try in seconds since the epoch, and the exact body. */
export interface UnsignedMessage {
  /** One `whsec_` secret, or several while they are rotated: one signature is made for each. */
  readonly secrets: readonly string[];
  /** Stays the same over all tries, so a receiver can drop what it has seen. */
  readonly messageId: string;
  readonly timestampSeconds: number;
  readonly body: Uint8Array;
}

/**
 * Signs one message by Standard Webhooks v1: HMAC-SHA256 over `id.timestamp.body`, in base64. A
 * receiver that knows any one of the secrets can verify it.
 *
 * @throws Error when a secret is not one: secrets are checked where they enter the program.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signMessage(message: UnsignedMessage): SignatureHeaders {
  const head = `${message.messageId}.${message.timestampSeconds}.`;
  let signatures = '';
  for (const secret of message.secrets) {
    // Two updates instead of one joined buffer: a body is never copied to be signed.
    const hmac = createHmac('sha256', keyOf(secret)).update(head).update(message.body);
    signatures += `${signatures === '' ? '' : ' '}v1,${hmac.digest('base64')}`;
  }
  return {
    'webhook-id': message.messageId,
    'webhook-timestamp': String(message.timestampSeconds),
    'webhook-signature': signatures,
  };
}

/**
 * A new signing secret.
 *
 * @param randomBytes 24 to 64 bytes from a cryptographic source; 32 match the hash
 * @throws Error on any other length
 */
export function newEndpointSecret(randomBytes: Uint8Array): string {
  if (randomBytes.length < keyBytesMin || randomBytes.length > keyBytesMax) {
    throw new Error(`a secret is made of ${keyBytesMin} to ${keyBytesMax} random bytes`);
  }
  return prefix + Buffer.from(randomBytes).toString('base64');
}

/** Whether a text is `whsec_` and the padded base64 form of 24 to 64 bytes. */
export function isEndpointSecret(text: string): boolean {
  return keyBytesOf(text) !== null;
}

function keyBytesOf(secret: string): Buffer | null {
  const encoded = secret.slice(prefix.length);
  if (!secret.startsWith(prefix) || encoded.length > 2 * keyBytesMax) return null;
  if (!base64Pattern.test(encoded)) return null;
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.length < keyBytesMin || bytes.length > keyBytesMax ? null : bytes;
}

/** Decoded once and kept, since every message needs its keys; past the limit the oldest leaves. */
const keys = new Map<string, KeyObject>();

function keyOf(secret: string): KeyObject {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const bytes = keyBytesOf(secret);
  if (bytes === null) throw new Error('the signing secret is not a Standard Webhooks secret');
  const key = createSecretKey(bytes);
  const oldest = keys.keys().next();
  if (keys.size >= keysCachedMax && oldest.done !== true) keys.delete(oldest.value);
  keys.set(secret, key);
  return key;
}
