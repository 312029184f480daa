import { createHmac, sign } from 'node:crypto';
import { signingKeyOf } from './signing-key.js';

/** The three headers by which a receiver checks a message. */
export interface SignatureHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/** What is signed: the id, the time of this try in seconds since the epoch, and the exact body. */
export interface UnsignedMessage {
  /** One secret, or several while they are rotated: one signature is made for each. */
  readonly secrets: readonly string[];
  /** Stays the same over all tries, so a receiver can drop what it has seen. */
  readonly messageId: string;
  readonly timestampSeconds: number;
  readonly body: Uint8Array;
}

/**
 * Signs one message by Standard Webhooks over `id.timestamp.body`, in base64: `v1` is HMAC-SHA256
 * for a `whsec_` secret, `v1a` is Ed25519 for a `whsk_` one. A receiver that knows any one of the
 * secrets, or its public half, can verify it.
 *
 * @throws Error when a secret is not one: secrets are checked where they enter the program.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signMessage(message: UnsignedMessage): SignatureHeaders {
  const head = `${message.messageId}.${message.timestampSeconds}.`;
  let signatures = '';
  for (const secret of message.secrets) {
    signatures += `${signatures === '' ? '' : ' '}${signatureOf(secret, head, message.body)}`;
  }
  return {
    'webhook-id': message.messageId,
    'webhook-timestamp': String(message.timestampSeconds),
    'webhook-signature': signatures,
  };
}

function signatureOf(secret: string, head: string, body: Uint8Array): string {
  const { kind, key } = signingKeyOf(secret);
  if (kind === 'v1') {
    // Two updates instead of one joined buffer: a body is never copied to be signed.
    return `v1,${createHmac('sha256', key).update(head).update(body).digest('base64')}`;
  }
  // Ed25519 reads its message twice, so it cannot be given in pieces.
  return `v1a,${sign(null, Buffer.concat([Buffer.from(head), body]), key).toString('base64')}`;
}
