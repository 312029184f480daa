import { Injectable } from '@nestjs/common';
import { Log } from '#shared-kernel/observability/logger.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { CommitOutcome } from '#shared-kernel/persistence/store.js';
import { RunnerParts } from '../runner-parts.js';
import { ReactionControl } from './reaction-control.js';

/** One change that a person makes of a reaction. */
export interface HandChange {
  readonly reaction: string;
  readonly writes: readonly Write[];
  /** Events that leave it without being handled. */
  readonly skipped?: number;
}

/** Who changed what, for the log. */
export interface ChangeNote {
  readonly reaction: string;
  /** Name of the command. */
  readonly action: string;
  /** Id of the API key in use. */
  readonly by: string;
  readonly reason?: string | undefined;
}

/**
 * What every change of a reaction by a person ends in: it is committed together with a new epoch,
 * so that whoever works the reaction drops what it knows, and reads anew.
 */
@Injectable()
export class ChangeByHand {
  constructor(
    private readonly parts: RunnerParts,
    private readonly control: ReactionControl,
    private readonly log: Log,
  ) {}

  /**
   * Commits, lets the local runner see it, and writes it to the log.
   *
   * @throws `storage.conflict` when it was decided on what is no longer so
   */
  async commit(change: HandChange, note: Omit<ChangeNote, 'reaction'>): Promise<void> {
    await this.parts.log.commit({ writes: this.writesOf(change) });
    await this.tell({ ...note, reaction: change.reaction });
  }

  /** One part of a change that is made in several; `tell` ends it. */
  tryCommit(change: HandChange): Promise<CommitOutcome> {
    return this.parts.log.tryCommit({ writes: this.writesOf(change) });
  }

  /** As the end of a change that was committed by other means. */
  async tell({ reaction, action, by, reason }: ChangeNote): Promise<void> {
    const fields = { 'event.action': action, 'labels.reaction': reaction, 'user.id': by };
    this.log.info(reason === undefined ? fields : { ...fields, 'event.reason': reason }, action);
    await this.control.look();
  }

  private writesOf({ reaction, writes, skipped = 0 }: HandChange): Write[] {
    // First, as in the commits of a runner: who comes second waits for the row or loses it.
    return [this.parts.storage.changeByHand(reaction, skipped), ...writes];
  }
}
