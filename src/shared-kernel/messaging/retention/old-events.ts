import { Injectable } from '@nestjs/common';
import { Log } from '#shared-kernel/observability/logger.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { ArchiveEvents, type ArchiveRun } from './archive-events.js';
import { archiveStatements } from './archive-statements.js';
import { ReactionProgress } from './reaction-progress.js';

/** Moves what is old and done with out of the log, and tells who holds it up. */
@Injectable()
export class OldEvents {
  private readonly sql;

  constructor(
    private readonly store: Store,
    private readonly reactions: ReactionProgress,
    private readonly events: ArchiveEvents,
    private readonly log: Log,
  ) {
    this.sql = archiveStatements(store.dialect);
  }

  async move(run: Omit<ArchiveRun, 'progress'>): Promise<void> {
    const last = this.sql.lastBefore(run.beforeMs);
    const [row] = await this.store.list<{ position: number | null }>(last);
    const lastPosition = row?.position ?? null;
    if (lastPosition === null) return;
    const progress = await this.reactions.upTo(lastPosition);
    if (progress.slowest !== null) this.warn(progress.slowest);
    await this.events.run({ ...run, progress });
  }

  private warn(reaction: string): void {
    this.log.warn(
      { 'event.action': 'apply-retention', 'labels.reaction': reaction },
      `the reaction ${reaction} has not handled events that are due to leave the log`,
    );
  }
}
