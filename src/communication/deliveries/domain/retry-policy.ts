import { z } from 'zod';
import { deliveryErrors } from '../errors.js';

const hourMs = 3_600_000;
const jitterShare = 0.2;

const fields = {
  triesMax: z.int().min(1).max(20),
  firstDelayMs: z.int().min(100).max(hourMs),
  factor: z.number().min(1).max(10),
  delayMaxMs: z
    .int()
    .min(100)
    .max(7 * 24 * hourMs),
  /** The delays themselves, first to last; they replace all of the above. */
  delaysMs: z
    .array(
      z
        .int()
        .min(100)
        .max(7 * 24 * hourMs),
    )
    .min(1)
    .max(19)
    .nullable(),
};

/**
 * How often and when a failed delivery is tried again. The defaults wait about 5 s, 30 s, 3 min,
 * 18 min, 1.8 h, 10.8 h and 15 h: eight tries within about 28 hours. `delaysMs` names the delays
 * one by one instead: so many tries and the first one.
 */
export const retryPolicySchema = z
  .strictObject({
    triesMax: fields.triesMax.default(8),
    firstDelayMs: fields.firstDelayMs.default(5_000),
    factor: fields.factor.default(6),
    delayMaxMs: fields.delayMaxMs.default(15 * hourMs),
    delaysMs: fields.delaysMs.default(null),
  })
  .refine((policy) => policy.firstDelayMs <= policy.delayMaxMs, {
    path: ['delayMaxMs'],
    message: 'must not be shorter than firstDelayMs',
  });

/** A merge patch of a policy: what is absent stays as it is. */
export const retryPolicyPatchSchema = z.strictObject(fields).partial();

export type RetryPolicy = z.output<typeof retryPolicySchema>;

/**
 * The policy with a patch laid over it.
 *
 * @throws deliveries.retry-policy-invalid when the two do not go together
 */
export function patchRetryPolicy(
  policy: RetryPolicy,
  patch: z.output<typeof retryPolicyPatchSchema>,
): RetryPolicy {
  const result = retryPolicySchema.safeParse({ ...policy, ...patch });
  if (result.success) return result.data;
  const fault = 'must not be shorter than firstDelayMs';
  throw deliveryErrors.retryPolicyInvalid(`delayMaxMs ${fault}`, {
    fields: [{ path: 'retryPolicy.delayMaxMs', fault }],
  });
}

/**
 * How long to wait before the next try, or null when the tries are used up. The delay grows
 * exponentially up to `delayMaxMs` and is spread by 20 % to both sides, so that deliveries which
 * failed together do not come back together.
 *
 * @param failedTries tries made so far, at least 1
 * @param randomUnit a random number from 0 to 1
 * @param retryAfterMs what the receiver asked for; honoured when it is longer, up to `delayMaxMs`
 */
export function delayBeforeTryMs(
  policy: RetryPolicy,
  failedTries: number,
  randomUnit: number,
  retryAfterMs: number | null,
): number | null {
  const plannedMs = plannedDelayMs(policy, failedTries);
  if (plannedMs === null) return null;
  const spread = 1 - jitterShare + 2 * jitterShare * randomUnit;
  const delayMs = Math.round(plannedMs * spread);
  // A receiver may ask for time, but must not be able to park our deliveries for years.
  return Math.max(delayMs, Math.min(retryAfterMs ?? 0, policy.delayMaxMs));
}

function plannedDelayMs(policy: RetryPolicy, failedTries: number): number | null {
  if (policy.delaysMs !== null) return policy.delaysMs[failedTries - 1] ?? null;
  if (failedTries >= policy.triesMax) return null;
  return Math.min(policy.firstDelayMs * policy.factor ** (failedTries - 1), policy.delayMaxMs);
}

const secondsPattern = /^\d+$/;
/** IMF-fixdate, RFC 850 and asctime: the three forms that RFC 9110 section 5.6.7 makes us read. */
const httpDatePatterns = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date (RFC 9110 section 10.2.3).
 *
 * @returns milliseconds from now, 0 for a time that has passed, null when there is nothing readable
 */
export function parseRetryAfterMs(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? '';
  if (secondsPattern.test(text)) {
    return Math.min(Number(text) * 1_000, Number.MAX_SAFE_INTEGER);
  }
  if (!httpDatePatterns.some((pattern) => pattern.test(text))) return null;
  // The asctime form names no zone and means UTC; the parser would take it for local time.
  const atMs = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
