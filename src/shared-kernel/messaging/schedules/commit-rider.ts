import { AsyncLocalStorage } from 'node:async_hooks';
import { DomainError } from '#shared-kernel/domain/domain-error.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { CommitOutcome } from '#shared-kernel/persistence/store.js';
import { scheduleErrors } from './schedule-errors.js';

type Commit = (writes: readonly Write[]) => Promise<CommitOutcome>;

/**
 * Writes that join the first commit of some work, so that the note that the work is done and what
 * it did land together or not at all. The work itself knows nothing of it.
 */
export class CommitRider {
  private state: 'waiting' | 'boarded' | 'landed' = 'waiting';

  /**
   * @param writes the first is the fence
   * @param conflict name of the fence's conflict: the work belongs to somebody else by now
   */
  constructor(
    private readonly writes: readonly Write[],
    private readonly conflict: string,
  ) {}

  /** Whether a commit of the work took the writes along. */
  get hasLanded(): boolean {
    return this.state === 'landed';
  }

  /** Runs the work; its first commit by the event log takes the writes along. */
  carry<Result>(work: () => Promise<Result>): Promise<Result> {
    return riders.run(this, work);
  }

  /** Commits with the writes in front, unless another commit has them. */
  async join(writes: readonly Write[], commit: Commit): Promise<CommitOutcome> {
    if (this.state !== 'waiting') return commit(writes);
    this.state = 'boarded';
    try {
      const outcome = await commit([...this.writes, ...writes]);
      if (!outcome.committed) {
        this.state = 'waiting';
        if (outcome.conflict === this.conflict) throw lost();
        return outcome;
      }
      this.state = 'landed';
      return { committed: true, rows: outcome.rows.slice(this.writes.length) };
    } finally {
      // Whether a commit that threw was stored is unknown; the fence tells at the next one.
      if (this.state === 'boarded') this.state = 'waiting';
    }
  }
}

const riders = new AsyncLocalStorage<CommitRider>();

/**
 * Commits the writes, together with those that ride along with the current work.
 *
 * @throws `schedules.claim-lost` when the work that goes on here belongs to another run
 */
export function commitWithRider(writes: readonly Write[], commit: Commit): Promise<CommitOutcome> {
  const rider = riders.getStore();
  // An empty commit stores nothing, so it says nothing of the work either.
  if (rider === undefined || writes.length === 0) return commit(writes);
  return rider.join(writes, commit);
}

/** Whether the work ended because its claim belongs to another run. */
export function isClaimLost(error: unknown): boolean {
  return error instanceof DomainError && error.code === scheduleErrors.claimLost.code;
}

function lost(): Error {
  return scheduleErrors.claimLost('Another run took the work over, or it was cancelled.');
}
