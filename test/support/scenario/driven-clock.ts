import { Clock } from '#shared-kernel/domain/clock.js';

/** Stands still until the scenario moves it; it survives a crash, as time does. */
export class DrivenClock extends Clock {
  nowMs = Date.UTC(2026, 0, 1);

  now(): number {
    return this.nowMs;
  }
}
