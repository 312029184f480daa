import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Meter } from '#shared-kernel/observability/meter.js';
import { always, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import type { EventRow } from '../event-row.js';
import { archiveStatements } from './archive-statements.js';
import { EventArchive } from './event-archive.js';
import type { Progress } from './reaction-progress.js';
import type { EventNeed } from './retains.js';
import { packSegment } from './segment.js';

/** A batch is bounded both ways, so that webhooks that come in meanwhile wait only for a moment. */
const batchEventsMax = 256;
const batchBytesMax = 1_024 * 1_024;

/** Which events leave the log, and how. */
export interface ArchiveRun {
  /** Events that happened before this time, in milliseconds since the epoch. */
  readonly beforeMs: number;
  /** How far the reactions are done. */
  readonly progress: Progress;
  /** False: they are removed and not kept. */
  readonly keeps: boolean;
  readonly needs: readonly EventNeed[];
  readonly nowMs: number;
  readonly isStopping: () => boolean;
}

/**
 * Moves events out of the log, batch by batch. A batch and its segment are one commit, so an event
 * is in exactly one of the two places whatever dies in between. What a reaction has not passed,
 * what is parked and what a delivery or mail needs stays.
 */
@Injectable()
export class ArchiveEvents {
  private readonly sql;

  constructor(
    private readonly store: Store,
    private readonly archive: EventArchive,
    private readonly meter: Meter,
  ) {
    this.sql = archiveStatements(store.dialect);
  }

  /** @returns how many events left the log */
  async run(run: ArchiveRun): Promise<number> {
    let moved = 0;
    for (let after = 0; !run.isStopping();) {
      const startedAt = performance.now();
      const batch = await this.nextBatch(after, run);
      if (batch === null) break;
      after = batch.lastPosition;
      if (batch.positions.length > 0) moved += await this.move(batch.positions, run);
      // As long as it took: half of the time belongs to others.
      await pause(performance.now() - startedAt);
    }
    return moved;
  }

  /** Old events that nothing needs, as many as fit into a batch; null when there are no more. */
  private async nextBatch(after: number, { beforeMs, needs, progress }: ArchiveRun) {
    const found = await this.store.list<{ position: number; id: string; bytes: number }>(
      this.sql.sizes(after, progress.upTo, beforeMs, batchEventsMax),
    );
    let bytes = 0;
    const fitting = found.filter((event, index) => {
      bytes += event.bytes;
      return index === 0 || bytes <= batchBytesMax;
    });
    const lastPosition = fitting.at(-1)?.position;
    if (lastPosition === undefined) return null;
    const ids = fitting.map(({ id }) => id);
    const needed = new Set<string>();
    for (const need of needs) {
      const rows = await this.store.list<{ id: string }>(this.sql.needed(need, ids));
      for (const { id } of rows) needed.add(id);
    }
    const positions = fitting.filter(({ id }) => !needed.has(id)).map(({ position }) => position);
    return { lastPosition, positions };
  }

  private async move(positions: readonly number[], run: ArchiveRun): Promise<number> {
    const writes: Write[] = [always(this.sql.remove(positions))];
    let packedBytes = 0;
    if (run.keeps) {
      const rows = await this.store.list<EventRow>(this.sql.rows(positions));
      const segment = await packSegment(rows);
      packedBytes = segment.body.byteLength;
      writes.unshift(this.archive.add(segment, run.progress.checkpoints, run.nowMs));
    }
    const { committed } = await this.store.commit(writes);
    // Somebody needs one of them meanwhile: the next run looks again.
    if (!committed) return 0;
    const outcome = run.keeps ? 'archived' : 'removed';
    this.meter.count('signalbox_retention_events_total', { outcome }, positions.length);
    this.meter.count('signalbox_archived_bytes_total', {}, packedBytes);
    return positions.length;
  }
}
