import { Cron } from 'croner';

/**
 * When something recurs: a cron pattern of five fields (six with seconds in front) in a time zone
 * of the IANA database, or every so many milliseconds.
 */
export type ScheduleTiming =
  { readonly cron: string; readonly zone: string } | { readonly everyMs: number };

/** A timing that was understood. All times are milliseconds since the epoch. */
export interface CompiledTiming {
  /** The timing as text, e.g. `0 9 * * * Europe/Warsaw`: when it changes, times are made anew. */
  readonly spec: string;
  /**
   * The first occurrence after now.
   *
   * @param occursAtMs an occurrence, from which fixed pauses are counted
   */
  next(occursAtMs: number, nowMs: number): number;
  /** The newest occurrence up to now, where `occursAtMs` is one that has come. */
  newest(occursAtMs: number, nowMs: number): number;
}

const everyMsMin = 1_000;

/**
 * Understands a timing. A local time that does not exist when clocks go forward comes at the first
 * moment after the gap; one that exists twice comes once; a pattern with several times a day skips
 * what does not exist and comes at both of what exists twice (as Vixie cron does).
 *
 * @throws Error when the pattern, the zone or the pause is none, or the pattern never comes
 */
export function compileTiming(timing: ScheduleTiming): CompiledTiming {
  return 'everyMs' in timing ? fixedPauses(timing.everyMs) : cronTimes(timing.cron, timing.zone);
}

function fixedPauses(everyMs: number): CompiledTiming {
  if (!Number.isSafeInteger(everyMs) || everyMs < everyMsMin) {
    throw new Error(`everyMs is a whole number from ${everyMsMin}, not ${everyMs}`);
  }
  const newest = (occursAtMs: number, nowMs: number) =>
    occursAtMs + Math.max(0, Math.floor((nowMs - occursAtMs) / everyMs)) * everyMs;
  return {
    spec: `every ${everyMs} ms`,
    newest,
    next: (occursAtMs, nowMs) =>
      nowMs < occursAtMs ? occursAtMs : newest(occursAtMs, nowMs) + everyMs,
  };
}

function cronTimes(pattern: string, zone: string): CompiledTiming {
  const cron = new Cron(pattern, { timezone: zone, mode: '5-or-6-parts', paused: true });
  const next = (nowMs: number) => {
    const date = cron.nextRun(new Date(nowMs));
    if (date === null) throw new Error(`the cron pattern ${pattern} never comes`);
    return date.getTime();
  };
  next(Date.UTC(2026, 0, 1));
  return {
    spec: `${pattern} ${zone}`,
    next: (_occursAtMs, nowMs) => next(nowMs),
    newest(occursAtMs, nowMs) {
      // The reference itself is left out, so it lies behind now; the first may then be too late.
      const dates = cron.previousRuns(2, new Date(nowMs + 1_000));
      const newest = dates.map((date) => date.getTime()).find((atMs) => atMs <= nowMs);
      return Math.max(newest ?? occursAtMs, occursAtMs);
    },
  };
}
