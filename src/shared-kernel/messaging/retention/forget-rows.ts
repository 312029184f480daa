import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { always, returning, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { archiveStatements } from './archive-statements.js';
import { EventArchive } from './event-archive.js';
import type { ForgottenRows } from './retains.js';

/** Rows that one commit removes. */
const rowsMax = 500;
const segmentsMax = 16;

/** Removes old rows in small commits, and shows how old the log is. */
@Injectable()
export class ForgetRows implements OnModuleInit {
  private readonly sql;

  constructor(
    private readonly store: Store,
    private readonly archive: EventArchive,
    private readonly meter: Meter,
    private readonly clock: Clock,
  ) {
    this.sql = archiveStatements(store.dialect);
  }

  onModuleInit(): void {
    this.meter.observeGauge('signalbox_event_log_oldest_age_seconds', async () => {
      const row = await this.store.find<{ occurred_at_ms: number }>(this.sql.oldest);
      const atMs = row?.occurred_at_ms;
      const value = atMs === undefined ? 0 : Math.max(0, this.clock.now() - atMs) / 1_000;
      return [{ labels: {}, value }];
    });
  }

  /** Forgets rows of all these tables that are older. */
  async forget(
    tables: readonly ForgottenRows[],
    beforeMs: number,
    isStopping: () => boolean,
  ): Promise<void> {
    for (const rows of tables) {
      await this.repeat(rows.table, rowsMax, isStopping, () => {
        const statements = this.sql.forget(rows, beforeMs, rowsMax);
        const parts = statements.slice(0, -1).map((statement) => always(statement));
        return [...parts, ...statements.slice(-1).map((statement) => returning(statement))];
      });
    }
  }

  async expireArchive(beforeMs: number, isStopping: () => boolean): Promise<void> {
    await this.repeat('event_archive', segmentsMax, isStopping, () => [
      this.archive.expire(beforeMs, segmentsMax),
    ]);
  }

  private async repeat(
    table: string,
    limit: number,
    isStopping: () => boolean,
    writes: () => Write[],
  ): Promise<void> {
    for (let removed = limit; removed === limit && !isStopping();) {
      const startedAt = performance.now();
      const batch = writes();
      const outcome = await this.store.commit(batch);
      removed = outcome.committed ? (outcome.rows[batch.length - 1] ?? []).length : 0;
      this.meter.count('signalbox_retention_rows_total', { table }, removed);
      await pause(performance.now() - startedAt);
    }
  }
}
