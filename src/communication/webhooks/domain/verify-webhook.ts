import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { WebhookHeaders } from './headers.js';
import type { ProviderScheme, SignatureAlgorithm, SignedTimestamp } from './provider-scheme.js';
import { textAt } from './read-place.js';
import { signaturesIn } from './read-signatures.js';
import { keyOf, type SigningSecret } from './secret-key.js';
import type { SignedPart } from './signed-string.js';

/** Why a webhook was not accepted; each has its own error code and its own count. */
export const rejectionReasons = [
  'no-secret',
  'signature-missing',
  'signature-malformed',
  'signature-mismatch',
  'timestamp-missing',
  'timestamp-malformed',
  'timestamp-stale',
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/**
 * `secretId` names the secret that matched, so people see when the old one of a rotation is no
 * longer used.
 */
type Verification =
  | { readonly verdict: 'verified'; readonly secretId: string }
  | { readonly verdict: 'rejected'; readonly reason: RejectionReason };

/** A source has at most this many secrets, and a verification never tries more. */
export const secretsMax = 10;

/** What `verifyWebhook` judges. */
export interface UnverifiedWebhook {
  readonly scheme: ProviderScheme;
  /** Any of them may match. */
  readonly secrets: readonly SigningSecret[];
  readonly headers: WebhookHeaders;
  /** The bytes as they came; they need not be text. */
  readonly body: Uint8Array;
  readonly nowMs: number;
}

/**
 * Decides whether a webhook comes from who holds one of the secrets, and came recently where its
 * time is signed.
 *
 * Fails closed without a usable secret. Signatures are compared in constant time, every secret with
 * every signature. The time is judged last: only who can sign learns that a signature was right and
 * merely too old.
 */
export function verifyWebhook(webhook: UnverifiedWebhook): Verification {
  const { scheme, secrets, headers, nowMs } = webhook;
  const { algorithm, timestamp } = scheme.signature;
  const keys = usableKeys(secrets, algorithm);
  if (keys.length === 0) return rejected('no-secret');

  const signatures = signaturesIn(scheme.signature, headers);
  if (signatures === undefined) return rejected('signature-missing');
  if (signatures.length === 0) return rejected('signature-malformed');

  const timeText = timestamp && textAt(timestamp.place, headers, undefined);
  if (timestamp !== undefined) {
    if (timeText === undefined) return rejected('timestamp-missing');
    if (!/^\d{1,13}$/.test(timeText)) return rejected('timestamp-malformed');
  }

  const pieces = signedPieces(webhook, timeText);
  if (pieces === undefined) return rejected('signature-malformed');

  const secretId = matchingSecret(algorithm, keys, pieces, signatures);
  if (secretId === undefined) return rejected('signature-mismatch');
  if (timestamp !== undefined && isStale(timestamp, Number(timeText), nowMs)) {
    return rejected('timestamp-stale');
  }
  return { verdict: 'verified', secretId };
}

interface NamedKey {
  readonly secretId: string;
  readonly key: KeyObject;
}

function usableKeys(secrets: readonly SigningSecret[], algorithm: SignatureAlgorithm): NamedKey[] {
  const keys: NamedKey[] = [];
  for (const secret of secrets.slice(0, secretsMax)) {
    const key = keyOf(secret, algorithm.keyForm);
    if (key !== null) keys.push({ secretId: secret.id, key });
  }
  return keys;
}

/**
 * What is signed, piece by piece; undefined when the request lacks a piece, so nothing can have
 * signed it.
 */
function signedPieces(
  { scheme, headers, body }: UnverifiedWebhook,
  timeText: string | undefined,
): (string | Uint8Array)[] | undefined {
  const pieceOf = (part: SignedPart): string | Uint8Array | undefined => {
    switch (part.kind) {
      case 'literal':
        return part.text;
      case 'body':
        return body;
      case 'timestamp':
        return timeText;
      case 'id':
        return scheme.deliveryId && textAt(scheme.deliveryId, headers, undefined);
    }
  };
  const pieces = scheme.signature.signed.map(pieceOf).filter((piece) => piece !== undefined);
  return pieces.length === scheme.signature.signed.length ? pieces : undefined;
}

/** No early end: how long it takes does not tell which secret or signature matched. */
function matchingSecret(
  algorithm: SignatureAlgorithm,
  keys: readonly NamedKey[],
  pieces: readonly (string | Uint8Array)[],
  signatures: readonly Uint8Array[],
): string | undefined {
  let match: string | undefined;
  for (const { secretId, key } of keys) {
    const hmac = createHmac(algorithm.hash, key);
    // Node reads header bytes as Latin-1, so that is how the sender's own bytes come back.
    for (const piece of pieces) {
      if (typeof piece === 'string') hmac.update(piece, 'latin1');
      else hmac.update(piece);
    }
    const expected = hmac.digest();
    for (const signature of signatures) {
      if (timingSafeEqual(signature, expected)) match ??= secretId;
    }
  }
  return match;
}

function isStale(timestamp: SignedTimestamp, time: number, nowMs: number): boolean {
  const ageMs = nowMs - (timestamp.unit === 'seconds' ? time * 1_000 : time);
  return ageMs > timestamp.pastSeconds * 1_000 || -ageMs > timestamp.futureSeconds * 1_000;
}

function rejected(reason: RejectionReason): Verification {
  return { verdict: 'rejected', reason };
}
