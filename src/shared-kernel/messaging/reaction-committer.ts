import type { Write } from '#shared-kernel/persistence/statement.js';
import { isStorageOutage, storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import type { CommitOutcome } from '#shared-kernel/persistence/store.js';
import type { SettledOutcome, Settlement } from './event-settler.js';
import { HoldLost, type ReactionHold } from './reaction-hold.js';
import { reactionIsMine } from './reaction-storage.js';
import type { RunnerParts } from './runner-parts.js';

/** Why a commit did not happen although the store works. */
export interface CommitFault {
  readonly error: Error;
  /** Name of the expectation that failed; null when the database refused a statement. */
  readonly conflict: string | null;
}

/** What a commit of settled events does beside settling them. */
export interface CommitStep {
  /** Where the checkpoint goes; where it is when it stays. */
  readonly to: number;
  /** Events that were given to the reaction; 0 for a retry, which was counted when it came. */
  readonly taken: number;
  /** Further fences, e.g. of a replay. */
  readonly fences?: readonly Write[];
}

/** Told of what a reaction does, for metrics and log. */
export interface ReactionObserver {
  settled(outcome: SettledOutcome): void;
  /** A decision that the handler made could not be committed: its event is parked instead. */
  gaveUp(error: Error): void;
}

/** Commits settled events together with the progress of their reaction, fenced by its epoch. */
export class ReactionCommitter {
  constructor(
    private readonly id: string,
    private readonly parts: RunnerParts,
    private readonly observer: ReactionObserver,
  ) {}

  /** Says that a decision is given up: the line of its handler told of a success. */
  giveUp(error: Error): Error {
    this.observer.gaveUp(error);
    return error;
  }

  /**
   * @returns why it did not happen, null when it did
   * @throws HoldLost when the reaction is no longer what the hold says
   * @throws `storage.unavailable` when the store cannot work
   */
  async commit(
    hold: ReactionHold,
    { to, taken, fences = [] }: CommitStep,
    settlements: readonly Settlement[],
  ): Promise<CommitFault | null> {
    const handled = settlements.filter(({ outcome }) => outcome === 'handled').length;
    const { epoch, position: from } = hold;
    const progress = this.parts.storage.progress({ id: this.id, epoch, from, to, taken, handled });
    // Fences first: who has lost one must learn of that, not of what follows from it.
    const writes = [progress, ...fences, ...settlements.flatMap((settlement) => settlement.writes)];
    let outcome: CommitOutcome;
    try {
      outcome = await this.parts.store.commit(writes);
    } catch (error) {
      if (isStorageOutage(error) || !(error instanceof Error)) throw error;
      return { error, conflict: null };
    }
    if (!outcome.committed) return faultOf(outcome.conflict);
    hold.position = to;
    for (const { key, outcome: settledAs, decision } of settlements) {
      if (settledAs === 'parked' || settledAs === 'retried') hold.blockedKeys.add(key);
      this.observer.settled(settledAs);
      this.parts.log.announce(decision);
    }
    return null;
  }
}

/**
 * Another process, a person, or a commit of ours that landed while its answer was lost: whichever
 * it was, the store knows better than the hold.
 */
function faultOf(conflict: string): CommitFault {
  if (conflict === reactionIsMine) throw new HoldLost('the reaction was changed by somebody else');
  return { error: storageErrors.conflict(`The commit met the conflict ${conflict}.`), conflict };
}
