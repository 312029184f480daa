/** The only source of the current time; tests drive their own. */
export abstract class Clock {
  /** Milliseconds since the epoch. */
  abstract now(): number;
}

/** The machine's clock. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}

/**
 * Milliseconds since the epoch as ISO 8601 in UTC, the form of every time that leaves the program.
 */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
