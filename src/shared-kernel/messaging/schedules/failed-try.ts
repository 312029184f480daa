import { DomainError } from '#shared-kernel/domain/domain-error.js';
import { messagingErrors } from '../reaction-errors.js';
import { retryDelayMs } from './retry-delay.js';

/** Tries of one command, the first included. */
const triesMax = 8;
const messageLengthMax = 2_000;

/** What a try that failed writes down. */
export interface FailedTry {
  readonly state: 'due' | 'dead';
  /** When the next try is due; without meaning for a dead command. */
  readonly dueAtMs: number;
  readonly tries: number;
  readonly errorCode: string;
  readonly errorMessage: string;
}

/**
 * What becomes of a command whose try failed. A loop is dead at once, since no retry ends it.
 *
 * @param tries how many failed, this one included
 * @param randomUnit chance in [0, 1)
 */
export function failedTry(
  tries: number,
  error: unknown,
  nowMs: number,
  randomUnit: number,
): FailedTry {
  const { code, message } = errorText(error);
  const isDead = tries >= triesMax || code === messagingErrors.hopLimit.code;
  return {
    state: isDead ? 'dead' : 'due',
    dueAtMs: nowMs + (isDead ? 0 : retryDelayMs(tries, randomUnit)),
    tries,
    errorCode: code,
    errorMessage: message,
  };
}

/** Code and bounded message of an error, as tables keep them. */
function errorText(error: unknown): { readonly code: string; readonly message: string } {
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: error instanceof DomainError ? error.code : 'internal',
    message: message.slice(0, messageLengthMax),
  };
}
