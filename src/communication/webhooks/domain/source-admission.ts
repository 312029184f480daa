import { isInRanges } from './address-range.js';
import type { RateLimiter } from './rate-limiter.js';
import type { RefusalReason } from './refusal-reason.js';
import type { Source } from './source.js';

/** What is known of a request before its body is read. */
export interface ArrivingRequest {
  readonly address: string;
  /** As declared, null when the request does not. */
  readonly bodyBytes: number | null;
}

/** `retryAfterSeconds` is 0 when waiting helps nothing. */
export type SourceAdmission =
  | { readonly admitted: true }
  | {
      readonly admitted: false;
      readonly reason: RefusalReason;
      readonly retryAfterSeconds: number;
    };

/** Long enough to pause in peace, short enough that nothing waits long after it. */
const pauseRetrySeconds = 60;

/**
 * Whether a source lets a request in, by the checks that need no body. The address comes first:
 * who may not send learns nothing of the source, and takes nothing of its rate.
 */
export function admitRequest(
  { id, options }: Source,
  { address, bodyBytes }: ArrivingRequest,
  limiter: RateLimiter,
  nowMs: number,
): SourceAdmission {
  const { allowedRanges, state, bodyBytesMax, rateLimit } = options;
  if (allowedRanges.length > 0 && !isInRanges(address, allowedRanges)) {
    return refused('address-not-allowed', 0);
  }
  if (state === 'paused') return refused('paused', pauseRetrySeconds);
  if (bodyBytesMax !== null && (bodyBytes ?? 0) > bodyBytesMax) return refused('body-too-large', 0);
  if (rateLimit === null) return { admitted: true };
  const waitMs = limiter.take(id, rateLimit, nowMs);
  if (waitMs === 0) return { admitted: true };
  return refused('rate-limited', Math.max(1, Math.ceil(waitMs / 1_000)));
}

function refused(reason: RefusalReason, retryAfterSeconds: number): SourceAdmission {
  return { admitted: false, reason, retryAfterSeconds };
}
