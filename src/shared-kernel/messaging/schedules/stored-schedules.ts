import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import {
  absent,
  always,
  exactlyOne,
  returning,
  type Write,
} from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import type { ClaimRequest } from '../due-work.js';
import { scheduleMigrations } from './schedules.migrations.js';

/**
 * `occurs_at_ms` is the occurrence that has not run yet, `due_at_ms` when to try it (or, under a
 * claim, when the lease ends); `asked_at_ms` is set when somebody wants a run now.
 */
interface ScheduleTable {
  id: string;
  spec: string;
  occurs_at_ms: number;
  due_at_ms: number;
  paused_at_ms: number | null;
  asked_at_ms: number | null;
  claims: number;
  claimed_by: string | null;
  tries: number;
  last_run_at_ms: number | null;
  last_error: string | null;
}

export type ScheduleRow = Selectable<ScheduleTable>;

interface Tables {
  schedule: ScheduleTable;
}

/** How a run ended, as it is written down. */
export interface SettledRun {
  readonly occursAtMs: number;
  readonly dueAtMs: number;
  readonly tries: number;
  readonly lastError: string | null;
}

/** A run that did not end within this time was lost with its process. */
const leaseMs = 600_000;

export const runIsMine = 'run-is-mine';

/** Schedules in the store: when each one is next. */
@Injectable()
@OwnsTables(scheduleMigrations)
export class StoredSchedules {
  private readonly db;

  constructor(private readonly store: Store) {
    this.db = queryBuilder<Tables>(store.dialect);
  }

  async all(): Promise<ScheduleRow[]> {
    return this.store.list<ScheduleRow>(
      compiled(this.db.selectFrom('schedule').selectAll().orderBy('id')),
    );
  }

  async byId(id: string): Promise<ScheduleRow | undefined> {
    const query = this.db.selectFrom('schedule').selectAll().where('id', '=', id);
    return this.store.find<ScheduleRow>(compiled(query));
  }

  add(id: string, spec: string, occursAtMs: number): Write {
    const insert = this.db.insertInto('schedule').values({
      id,
      spec,
      occurs_at_ms: occursAtMs,
      due_at_ms: occursAtMs,
      claims: 0,
      tries: 0,
    });
    return absent(compiled(insert), 'schedule-is-new');
  }

  rename(formerId: string, id: string): Write {
    return always(compiled(this.db.updateTable('schedule').set({ id }).where('id', '=', formerId)));
  }

  /** New times for a schedule whose timing changed, or that goes on after a pause. */
  anew(id: string, spec: string, occursAtMs: number): Write {
    const update = this.db
      .updateTable('schedule')
      .set((e) => ({
        spec,
        occurs_at_ms: occursAtMs,
        due_at_ms: occursAtMs,
        tries: 0,
        paused_at_ms: null,
        claims: e('claims', '+', 1),
        claimed_by: null,
      }))
      .where('id', '=', id);
    return always(compiled(update));
  }

  drop(id: string): Write {
    return always(compiled(this.db.deleteFrom('schedule').where('id', '=', id)));
  }

  pause(id: string, nowMs: number): Write {
    const update = this.db
      .updateTable('schedule')
      .set({ paused_at_ms: nowMs })
      .where('id', '=', id);
    return always(compiled(update));
  }

  /** Makes a schedule due now, also a paused one; what is running goes on. */
  ask(id: string, nowMs: number): Write {
    const update = this.db
      .updateTable('schedule')
      .set((e) => ({
        asked_at_ms: nowMs,
        due_at_ms: e
          .case()
          .when('claimed_by', 'is', null)
          .then(nowMs)
          .else(e.ref('due_at_ms'))
          .end(),
      }))
      .where('id', '=', id);
    return always(compiled(update));
  }

  async claim({ nowMs, limit, busyLanes, claimedBy }: ClaimRequest): Promise<ScheduleRow[]> {
    let candidates = this.awake().select('id').where('due_at_ms', '<=', nowMs);
    if (busyLanes.length > 0) candidates = candidates.where('id', 'not in', [...busyLanes]);
    const update = this.db
      .updateTable('schedule')
      .set((e) => ({
        due_at_ms: nowMs + leaseMs,
        claims: e('claims', '+', 1),
        claimed_by: claimedBy,
      }))
      .where('id', 'in', candidates.orderBy('due_at_ms').limit(limit))
      // Said again for PostgreSQL: what another process claimed meanwhile is no longer due.
      .where('due_at_ms', '<=', nowMs)
      .returningAll();
    const outcome = await this.store.commit([returning(compiled(update))]);
    return outcome.committed ? ((outcome.rows[0] ?? []) as readonly ScheduleRow[]).slice() : [];
  }

  /** Writes down how a run ended; a conflict when the claim is lost. */
  settle({ id, claims, asked_at_ms }: ScheduleRow, run: SettledRun, nowMs: number): Write {
    const update = this.db
      .updateTable('schedule')
      .set((e) => ({
        occurs_at_ms: run.occursAtMs,
        // Who asked while it ran wants one more run.
        due_at_ms: e
          .case()
          .when('asked_at_ms', '>', asked_at_ms ?? 0)
          .then(nowMs)
          .else(run.dueAtMs)
          .end(),
        asked_at_ms: e
          .case()
          .when('asked_at_ms', '>', asked_at_ms ?? 0)
          .then(e.ref('asked_at_ms'))
          .else(null)
          .end(),
        tries: run.tries,
        last_error: run.lastError,
        last_run_at_ms: nowMs,
        claimed_by: null,
      }))
      .where('id', '=', id)
      .where('claims', '=', claims);
    return exactlyOne(compiled(update), runIsMine);
  }

  release({ id, claims }: ScheduleRow, nowMs: number): Write {
    const update = this.reclaims(nowMs).where('id', '=', id).where('claims', '=', claims);
    return exactlyOne(compiled(update), runIsMine);
  }

  /** Gives back what a process claimed that is gone. @returns how many */
  reclaim(instanceId: string, nowMs: number): Promise<number> {
    return this.giveBack(this.reclaims(nowMs).where('claimed_by', '=', instanceId));
  }

  /** Gives back what any other process claimed. @returns how many */
  reclaimOthers(instanceId: string, nowMs: number): Promise<number> {
    return this.giveBack(this.reclaims(nowMs).where('claimed_by', '<>', instanceId));
  }

  async nextDueAtMs(): Promise<number | null> {
    const query = this.awake().select('due_at_ms').orderBy('due_at_ms').limit(1);
    const row = await this.store.find<{ due_at_ms: number }>(compiled(query));
    return row?.due_at_ms ?? null;
  }

  private awake() {
    return this.db
      .selectFrom('schedule')
      .where((e) => e.or([e('paused_at_ms', 'is', null), e('asked_at_ms', 'is not', null)]));
  }

  private async giveBack(update: ReturnType<typeof this.reclaims>): Promise<number> {
    const outcome = await this.store.commit([returning(compiled(update.returning('id')))]);
    return outcome.committed ? (outcome.rows[0]?.length ?? 0) : 0;
  }

  private reclaims(nowMs: number) {
    return this.db
      .updateTable('schedule')
      .set((e) => ({ due_at_ms: nowMs, claims: e('claims', '+', 1), claimed_by: null }));
  }
}
