import { DomainError } from '#shared-kernel/domain/domain-error.js';
import type { EventRow } from './event-row.js';
import type { Parking } from './parked-storage.js';
import type { ParkedState } from './reaction-tables.js';

/** Tries of one event by one reaction, the first included. */
const triesMax = 8;
const firstDelayMs = 1_000;
const delayFactor = 4;
const delayMaxMs = 3_600_000;
/**
 * Share of a delay that chance adds or takes, so that what failed together does not come back
 * together.
 */
const jitter = 0.2;
const messageLengthMax = 2_000;

/**
 * What is written down of an event that could not be handled: `parked` with its next try, `dead`
 * after the last one.
 *
 * @param tries how often it was tried before this time
 * @param randomUnit chance in [0, 1)
 */
export function parkingOf(
  row: Pick<EventRow, 'position' | 'key'>,
  tries: number,
  state: ParkedState,
  error: unknown,
  nowMs: number,
  randomUnit: number,
): Parking {
  const failed = state === 'waiting' ? tries : tries + 1;
  const exhausted = state === 'parked' && failed >= triesMax;
  return {
    position: row.position,
    key: row.key,
    state: exhausted ? 'dead' : state,
    tries: failed,
    due_at_ms: nowMs + (state === 'parked' ? delayMs(failed, error, randomUnit) : 0),
    error_code: error instanceof DomainError ? error.code : error === null ? '' : 'internal',
    error_message: messageOf(error).slice(0, messageLengthMax),
    parked_at_ms: nowMs,
  };
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : '';
}

/** Grows with every try, and is never shorter than what the error asks for. */
function delayMs(failedTries: number, error: unknown, randomUnit: number): number {
  const grown = Math.min(firstDelayMs * delayFactor ** (failedTries - 1), delayMaxMs);
  const asked = error instanceof DomainError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
  const delay = Math.max(grown, Math.min(asked, delayMaxMs));
  return Math.round(delay * (1 + jitter * (2 * randomUnit - 1)));
}
