import type { KnownSchedule } from './schedule-book.js';
import type { Occurrence } from './schedule.js';
import { retryDelayMs } from './retry-delay.js';
import type { ScheduleRow, SettledRun } from './stored-schedules.js';

/** Later than this, an occurrence counts as missed. */
const missedAfterMs = 60_000;
/** Tries of one occurrence, the first included. */
const triesMax = 5;

/** What is to be done for a due schedule. */
export interface PlannedRun {
  /** Null when what was missed is to be skipped. */
  readonly occurrence: Occurrence | null;
  /** What follows when the run succeeds, or is skipped. */
  readonly after: SettledRun;
}

/** Which occurrence a claimed schedule runs now. */
export function planRun(row: ScheduleRow, schedule: KnownSchedule, nowMs: number): PlannedRun {
  const { timing, missed } = schedule;
  const isAskedFor = row.asked_at_ms !== null;
  // Somebody wants a run before its time: the time stays as it is.
  if (row.occurs_at_ms > nowMs) {
    const after = runAt(row.occurs_at_ms);
    return { occurrence: { dueAtMs: nowMs, missedSinceMs: null }, after };
  }
  const after = runAt(timing.next(row.occurs_at_ms, nowMs));
  const newestMs = timing.newest(row.occurs_at_ms, nowMs);
  const isMissed = missed === 'skip' && nowMs - newestMs > missedAfterMs && row.tries === 0;
  if (isMissed && !isAskedFor) return { occurrence: null, after };
  const missedSinceMs = newestMs > row.occurs_at_ms ? row.occurs_at_ms : null;
  return { occurrence: { dueAtMs: newestMs, missedSinceMs }, after };
}

/** What follows a run that failed: another try, or the next occurrence when that comes first. */
export function planRetry(
  row: ScheduleRow,
  planned: PlannedRun,
  lastError: string,
  nowMs: number,
  randomUnit: number,
): SettledRun {
  const tries = row.tries + 1;
  const retryAtMs = nowMs + retryDelayMs(tries, randomUnit);
  if (tries >= triesMax || retryAtMs >= planned.after.occursAtMs) {
    return { ...planned.after, lastError };
  }
  return { occursAtMs: row.occurs_at_ms, dueAtMs: retryAtMs, tries, lastError };
}

function runAt(occursAtMs: number): SettledRun {
  return { occursAtMs, dueAtMs: occursAtMs, tries: 0, lastError: null };
}
