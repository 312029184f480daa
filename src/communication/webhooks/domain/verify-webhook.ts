import type { KeyObject } from 'node:crypto';
import { type NamedKey, type SignatureMatch, signatureMatcher } from './match-signature.js';
import type { ProviderScheme } from './provider-scheme.js';
import { textAt } from './read-place.js';
import { signaturesIn } from './read-signatures.js';
import { readTime } from './read-time.js';
import type { RejectionReason, Verification } from './rejection-reason.js';
import { RequestReader } from './request-reader.js';
import type { SigningSecret } from './source.js';
import { type SignedContext, signedPieces } from './signed-pieces.js';
import { alternativesOf, hasRequired } from './signed-alternatives.js';
import type { SourceRequest } from './source-request.js';
import { usableKeys } from './usable-keys.js';

/** What `verifyWebhook` judges. */
export interface UnverifiedWebhook extends SourceRequest {
  readonly scheme: ProviderScheme;
  /** Any of them may match. */
  readonly secrets: readonly SigningSecret[];
  readonly nowMs: number;
  /** Of the source. */
  readonly settings?: Readonly<Record<string, unknown>> | null;
  /** The keys that `wantedKeys` asked for; none when absent. */
  readonly remoteKeys?: readonly KeyObject[];
}

/**
 * Decides whether a webhook comes from who holds one of the secrets, and came recently where its
 * time is signed.
 *
 * Fails closed without a usable secret, and never throws. Signatures are compared in constant time,
 * every secret with every signature. The time is judged last: only who can sign learns that a
 * signature was right and merely too old.
 *
 * @param reader the same request, where others read it too and share what was parsed
 */
export function verifyWebhook(
  webhook: UnverifiedWebhook,
  reader: RequestReader = new RequestReader(webhook, webhook.scheme.document),
): Verification {
  const { scheme, settings = null, nowMs } = webhook;
  const { timestamp } = scheme.signature;
  const keys = usableKeys(webhook, reader);
  if (keys === 'none') return rejected('no-secret');

  const signatures = signaturesIn(scheme.signature, reader);
  if (signatures === undefined) return rejected('signature-missing');
  if (signatures.length === 0) return rejected('signature-malformed');
  if (!hasRequired(scheme.signature, reader, settings)) return rejected('signature-malformed');

  const timeText = timestamp && textAt(timestamp.place, reader);
  let timeMs: number | null = null;
  if (timestamp !== undefined) {
    if (timeText === undefined) return rejected('timestamp-missing');
    timeMs = readTime(timeText, timestamp.unit);
    if (timeMs === null) return rejected('timestamp-malformed');
  }

  const context = { scheme, request: reader, timeText, settings };
  const found = matchingSecret(keys, signatures, context, nowMs);
  if (typeof found === 'string') return rejected(found);
  if (found.match === 'stale') return rejected('timestamp-stale');
  if (timestamp !== undefined && timeMs !== null) {
    const ageMs = nowMs - timeMs;
    if (ageMs > timestamp.pastSeconds * 1_000) return rejected('timestamp-stale');
    if (-ageMs > timestamp.futureSeconds * 1_000) return rejected('timestamp-stale');
  }
  return { verdict: 'verified', secretId: found.secretId };
}

interface Found {
  readonly secretId: string;
  readonly match: Exclude<SignatureMatch, 'mismatch'>;
}

/** No early end: how long it takes does not tell which secret or signature matched. */
function matchingSecret(
  keys: readonly NamedKey[],
  signatures: readonly Uint8Array[],
  context: SignedContext,
  nowMs: number,
): Found | 'signature-malformed' | 'signature-mismatch' {
  const { signature: scheme } = context.scheme;
  let found: Found | undefined;
  const alternatives = alternativesOf(scheme, context.request);
  // None is left when a hash of the body is claimed that is not the body's: that is a mismatch.
  let complete = alternatives.length === 0;
  for (const parts of alternatives) {
    const pieces = signedPieces(parts, context);
    if (pieces === undefined) continue;
    complete = true;
    for (const named of keys) {
      const matches = signatureMatcher(scheme.algorithm, named, pieces, { ...context, nowMs });
      for (const signature of signatures) {
        const match = safely(() => matches(signature));
        if (match === 'match' && found?.match !== 'match') found = { ...named, match };
        if (match === 'stale') found ??= { ...named, match };
      }
    }
  }
  return found ?? (complete ? 'signature-mismatch' : 'signature-malformed');
}

/** OpenSSL throws at some signatures that are none; they verify nothing. */
function safely(match: () => SignatureMatch): SignatureMatch {
  try {
    return match();
  } catch {
    return 'mismatch';
  }
}

function rejected(reason: RejectionReason): Verification {
  return { verdict: 'rejected', reason };
}
