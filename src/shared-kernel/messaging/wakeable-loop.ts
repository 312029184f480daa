import { setTimeout as pause } from 'node:timers/promises';

/**
 * What one round tells the loop: when to look again at the latest, null for "only when woken or
 * polled".
 */
export type NextRoundAtMs = number | null;

/** Longest pause between two rounds: other processes may make work without waking us. */
const pollDefaultMs = 1_000;
/**
 * Pause before a round that was wanted while another ran: what comes in meanwhile joins it, so that
 * load makes rounds larger and not more.
 */
const gatheringMs = 3;
/** Pause after a round that failed, so that a database that is down is not hammered. */
const failurePauseMs = 500;

/**
 * Runs rounds one after another: at once when woken, at the time the last round named, or after the
 * poll interval. A round that throws is told of and tried again after a pause; it never ends the
 * loop.
 */
export class WakeableLoop {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private wanted = false;
  private stopping = false;
  /** After a failed round even a wake waits for the pause. */
  private pausing = false;

  constructor(
    private readonly round: () => Promise<NextRoundAtMs>,
    private readonly failed: (error: unknown) => void,
    private readonly nowMs: () => number,
    private readonly pollMs = pollDefaultMs,
  ) {}

  get isStopping(): boolean {
    return this.stopping;
  }

  /** Starts a round soon, or one more after the one that runs. */
  wake(): void {
    if (this.stopping) return;
    this.wanted = true;
    if (this.running === null && !this.pausing) this.start();
  }

  /** Lets the running round end and starts no other. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.clearTimer();
    await this.running;
  }

  private start(): void {
    this.clearTimer();
    this.pausing = false;
    this.wanted = true;
    this.running = this.runWanted();
  }

  private async runWanted(): Promise<void> {
    let pauseMs = this.pollMs;
    // Leaves the caller's turn, so that what is committed in the same turn falls into one round.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.isWantedAgain()) {
      this.wanted = false;
      pauseMs = await this.runOnce();
      if (this.isWantedAgain()) await pause(gatheringMs);
    }
    this.running = null;
    if (!this.stopping) this.timer = setTimeout(() => this.start(), pauseMs);
  }

  private isWantedAgain(): boolean {
    return this.wanted && !this.stopping && !this.pausing;
  }

  private async runOnce(): Promise<number> {
    try {
      const nextAtMs = await this.round();
      if (nextAtMs === null) return this.pollMs;
      return Math.min(Math.max(nextAtMs - this.nowMs(), 1), this.pollMs);
    } catch (error) {
      this.pausing = true;
      this.failed(error);
      return failurePauseMs;
    }
  }

  private clearTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
