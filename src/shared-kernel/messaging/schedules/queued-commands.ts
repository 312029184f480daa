import { Injectable } from '@nestjs/common';
import { Meter } from '#shared-kernel/observability/meter.js';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { always, exactlyOne, returning, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import type { ClaimRequest } from '../due-work.js';
import { Retains } from '../retention/retains.js';
import type { FailedTry } from './failed-try.js';
import type { ClaimedCommand } from './queued-command.js';
import {
  claimedCommandOf,
  type QueuedCommandRow,
  type QueuedCommandTables,
} from './queued-command-row.js';
import { queuedCommandStatements } from './queued-command-statements.js';
import { queuedCommandMigrations } from './schedules.migrations.js';

/** A claim that did not settle its command within this time was lost with its process. */
const leaseMs = 60_000;
/** How old the number of due commands may be that the metrics show. */
const countAgeMaxMs = 5_000;

/** Conflict of a run whose claim somebody else has, or whose command was cancelled. */
export const claimIsMine = 'claim-is-mine';

/** The queue of commands in the store, as its worker uses it. */
@Injectable()
@Retains({
  forgets: [{ table: 'queued_command', key: ['id'], since: 'settled_at_ms' }],
})
@OwnsTables(queuedCommandMigrations)
export class QueuedCommands {
  private readonly db;
  private readonly sql;
  private dueItems = 0;
  private countedAtMs = 0;

  constructor(
    private readonly store: Store,
    meter: Meter,
  ) {
    this.db = queryBuilder<QueuedCommandTables>(store.dialect);
    this.sql = queuedCommandStatements(store.dialect);
    meter.observeGauge('signalbox_due_work', () => [
      { labels: { effect: 'command' }, value: this.dueItems },
    ]);
  }

  /** Takes due commands under a lease; of one key never two at a time. */
  async claim({ nowMs, limit, busyLanes, claimedBy }: ClaimRequest): Promise<ClaimedCommand[]> {
    const values = { nowMs, limit, busyLanes, claimedBy, leaseEndMs: nowMs + leaseMs };
    for (;;) {
      const outcome = await this.store.commit([
        returning(this.sql.claim(values)),
        always(this.sql.pushBack(values)),
      ]);
      const rows = outcome.committed ? (outcome.rows[0] ?? []) : [];
      if (rows.length > 0) return rows.map((row) => claimedCommandOf(row as QueuedCommandRow));
      // What was looked at stands behind others and is out of the way now: look at what follows.
      const dueAtMs = await this.dueAtMs();
      if (dueAtMs === null || dueAtMs > nowMs || busyLanes.length > 0) return [];
    }
  }

  /** The writes that end a command well; the first is the fence. */
  settle({ id, claims, key }: ClaimedCommand, nowMs: number): Write[] {
    return [
      exactlyOne(this.sql.settle({ id, claims, nowMs }), claimIsMine),
      ...this.next(id, key, nowMs),
    ];
  }

  /** The writes after a try that failed; the first is the fence. */
  fail({ id, claims, key }: ClaimedCommand, failed: FailedTry, nowMs: number): Write[] {
    const settledAtMs = failed.state === 'dead' ? nowMs : null;
    const write = exactlyOne(this.sql.fail({ id, claims, settledAtMs, ...failed }), claimIsMine);
    return failed.state === 'dead' ? [write, ...this.next(id, key, nowMs)] : [write];
  }

  /** Makes a claimed command due again, as if it had not been claimed. */
  release({ id, claims }: ClaimedCommand, nowMs: number): Write {
    return exactlyOne(this.sql.release({ id, claims, nowMs }), claimIsMine);
  }

  /** Gives back what a process claimed that is gone. @returns how many */
  reclaim(instanceId: string, nowMs: number): Promise<number> {
    return this.giveBack(this.reclaims(nowMs).where('claimed_by', '=', instanceId));
  }

  /** Gives back what any other process claimed. @returns how many */
  reclaimOthers(instanceId: string, nowMs: number): Promise<number> {
    return this.giveBack(this.reclaims(nowMs).where('claimed_by', '<>', instanceId));
  }

  /** When the next command is due, in milliseconds since the epoch; null when none is. */
  async nextDueAtMs(nowMs: number): Promise<number | null> {
    await this.countDue(nowMs);
    return this.dueAtMs();
  }

  private async dueAtMs(): Promise<number | null> {
    const row = await this.store.find<{ due_at_ms: number }>(this.sql.next);
    return row?.due_at_ms ?? null;
  }

  private next(id: string, key: string | null, nowMs: number): Write[] {
    return key === null ? [] : [always(this.sql.releaseNext({ id, nowMs }))];
  }

  private async giveBack(update: ReturnType<typeof this.reclaims>): Promise<number> {
    const outcome = await this.store.commit([returning(compiled(update.returning('id')))]);
    return outcome.committed ? (outcome.rows[0]?.length ?? 0) : 0;
  }

  private reclaims(nowMs: number) {
    return this.db
      .updateTable('queued_command')
      .set((e) => ({ due_at_ms: nowMs, claims: e('claims', '+', 1), claimed_by: null }))
      .where('state', '=', 'due');
  }

  /** Rides on the worker's looks at the queue, so that a scrape asks nothing. */
  private async countDue(nowMs: number): Promise<void> {
    if (nowMs - this.countedAtMs < countAgeMaxMs) return;
    this.countedAtMs = nowMs;
    const query = this.db
      .selectFrom('queued_command')
      .select((e) => e.fn.countAll<number>().as('items'))
      .where('state', '=', 'due')
      .where('ready_at_ms', '<=', nowMs);
    const [row] = await this.store.list<{ items: number }>(compiled(query));
    this.dueItems = row?.items ?? 0;
  }
}
