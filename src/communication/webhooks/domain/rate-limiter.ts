/** How many requests may come: in the long run, and at once. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** Keys that are remembered at once; past it those that are idle are forgotten. */
const keysMax = 10_000;

/**
 * Limits rates by the generic cell rate algorithm (ITU-T I.371): of each key it remembers only when
 * the next request would be on time. It counts the requests of its own process, so several
 * instances together let in as many times the rate.
 */
export class RateLimiter {
  private readonly dueAtMs = new Map<string, number>();

  get size(): number {
    return this.dueAtMs.size;
  }

  /**
   * Lets a request in, or says how long to wait.
   *
   * @returns 0 when it is let in, else the milliseconds until one would be
   */
  take(key: string, { perSecond, burst }: RateLimit, nowMs: number): number {
    const intervalMs = 1_000 / perSecond;
    const earlyMaxMs = (burst - 1) * intervalMs;
    // Never further ahead than a full burst: a clock that was set back must not lock a key out.
    const known = Math.min(this.dueAtMs.get(key) ?? nowMs, nowMs + burst * intervalMs);
    const dueAtMs = Math.max(known, nowMs);
    const waitMs = dueAtMs - earlyMaxMs - nowMs;
    if (waitMs > 0) return waitMs;
    if (this.dueAtMs.size >= keysMax && !this.dueAtMs.has(key)) this.forgetIdle(nowMs);
    this.dueAtMs.set(key, dueAtMs + intervalMs);
    return 0;
  }

  /** A key whose time has come has its whole burst again, as has one that was never seen. */
  private forgetIdle(nowMs: number): void {
    for (const [key, dueAtMs] of this.dueAtMs) {
      if (dueAtMs <= nowMs) this.dueAtMs.delete(key);
    }
    if (this.dueAtMs.size >= keysMax) this.dueAtMs.clear();
  }
}
