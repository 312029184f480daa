import type { MailOutcome } from './mailer.js';

/** Where a notification by mail stands. Due ones are tried at `dueAtMs`; the others are final. */
export type MailState =
  | { readonly state: 'due'; readonly dueAtMs: number; readonly attempts: number }
  | { readonly state: 'sent'; readonly sentAtMs: number; readonly attempts: number }
  | { readonly state: 'exhausted'; readonly reason: string; readonly attempts: number };

const attemptsMax = 8;
/**
 * Delays of 10 s, 40 s, 160 s, ... up to 11 hours: 15 hours in all, a night with a broken server.
 */
const retryDelayFirstMs = 10_000;
const retryDelayFactor = 4;
/** Delays vary by a tenth, so that mails that failed together do not come back together. */
const retryJitter = 0.1;

/**
 * What the outcome of a try makes of a due notification: sent, due again later, or given up, at
 * once when the mail server says that this mail will never be taken.
 *
 * @param attemptsBefore tries that were made before this one
 * @param nowMs time of the outcome
 * @param random a number from 0 to below 1
 */
export function settleMail(
  attemptsBefore: number,
  outcome: MailOutcome,
  nowMs: number,
  random: number,
): MailState {
  const attempts = attemptsBefore + 1;
  if (outcome.kind === 'accepted') return { state: 'sent', sentAtMs: nowMs, attempts };
  const reason = `${outcome.code}: ${outcome.message}`;
  if (outcome.permanent) return { state: 'exhausted', reason, attempts };
  if (attempts >= attemptsMax) {
    return { state: 'exhausted', reason: `${reason} (after ${attempts} tries)`, attempts };
  }
  return { state: 'due', dueAtMs: nowMs + retryDelayMs(attempts, random), attempts };
}

function retryDelayMs(attempts: number, random: number): number {
  const delayMs = retryDelayFirstMs * retryDelayFactor ** (attempts - 1);
  return Math.round(delayMs * (1 - retryJitter + 2 * retryJitter * random));
}
