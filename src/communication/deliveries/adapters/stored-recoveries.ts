import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import type { ClaimRequest } from '#shared-kernel/messaging/due-work.js';
import { Retains } from '#shared-kernel/messaging/retention/retains.js';
import { claims } from '#shared-kernel/persistence/claims.js';
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
import {
  type ClaimedRecovery,
  RecoveryBook,
  type RecoveryFilter,
} from '../domain/recovery-book.js';
import type { Recovery } from '../domain/recovery.js';
import { recoveryMigrations } from './recovery.migrations.js';
import {
  claimedRecoveryOf,
  recoveryOf,
  type RecoveryRow,
  type RecoveryTables,
  rowOfRecovery,
} from './recovery-rows.js';

/** Far longer than a step takes; a step that outlasts it loses its commit. */
const leaseMs = 30_000;
const idSeparator = ',';
const claimIsMine = 'claim-is-mine';
/** Stands for an empty list, which SQL does not have. */
const noTenant = '';

/** Recoveries in the store, with the set that each one counted. */
@Injectable()
@OwnsTables(recoveryMigrations)
@Retains({
  forgets: [
    {
      table: 'delivery_recovery',
      key: ['id'],
      since: 'finished_at_ms',
      parts: { table: 'delivery_recovery_part', column: 'recovery_id' },
    },
  ],
})
export class StoredRecoveries extends RecoveryBook {
  private readonly db;

  constructor(private readonly store: Store) {
    super();
    this.db = queryBuilder<RecoveryTables>(store.dialect);
  }

  async countRunning(tenant: string): Promise<number> {
    const query = this.db
      .selectFrom('delivery_recovery')
      .select((e) => e.fn.countAll<number>().as('recoveries'))
      .where('tenant', '=', tenant)
      .where('state', '=', 'running');
    return (await this.store.find<{ recoveries: number }>(compiled(query)))?.recoveries ?? 0;
  }

  add(recovery: Recovery, parts: readonly (readonly string[])[]): Write[] {
    const insert = this.db.insertInto('delivery_recovery').values(rowOfRecovery(recovery));
    return [
      absent(compiled(insert), 'recovery-is-new'),
      ...parts.map((ids, index) => {
        const part = { number: index + 1, delivery_ids: ids.join(idSeparator) };
        const values = { recovery_id: recovery.id, ...part };
        return always(compiled(this.db.insertInto('delivery_recovery_part').values(values)));
      }),
    ];
  }

  async byId(tenant: string, id: string): Promise<Recovery | undefined> {
    const query = this.db
      .selectFrom('delivery_recovery')
      .selectAll()
      .where('id', '=', id)
      .where('tenant', '=', tenant);
    const row = await this.store.find<RecoveryRow & Record<string, unknown>>(compiled(query));
    return row && recoveryOf(row);
  }

  async list({ tenant, limit, before }: RecoveryFilter): Promise<Page<Recovery>> {
    let query = this.db.selectFrom('delivery_recovery').selectAll().where('tenant', '=', tenant);
    if (before !== undefined) query = query.where('id', '<', before);
    const page = query.orderBy('id', 'desc').limit(limit + 1);
    const rows = await this.store.list<RecoveryRow & Record<string, unknown>>(compiled(page));
    return pageOf(rows, limit, ({ id }) => id, recoveryOf);
  }

  cancel(id: string, nowMs: number): Write[] {
    const update = this.db
      .updateTable('delivery_recovery')
      // The claim moves on, so that a step under way loses its commit.
      .set((e) => ({
        state: 'cancelled',
        finished_at_ms: nowMs,
        claimed_by: null,
        claims: e('claims', '+', 1),
      }))
      .where('id', '=', id)
      .where('state', '=', 'running');
    const parts = this.db.deleteFrom('delivery_recovery_part').where('recovery_id', '=', id);
    return [exactlyOne(compiled(update), 'recovery-is-running'), always(compiled(parts))];
  }

  async claim({ claimedBy, limit, nowMs, busyLanes }: ClaimRequest): Promise<ClaimedRecovery[]> {
    const busy = busyLanes.length === 0 ? [noTenant] : [...busyLanes];
    const due = sql`SELECT id FROM delivery_recovery
      WHERE state = 'running' AND due_at_ms <= ${nowMs} AND tenant NOT IN (${sql.join(busy)})
      ORDER BY due_at_ms LIMIT ${limit}`;
    const update = this.db
      .updateTable('delivery_recovery')
      .set((e) => ({
        due_at_ms: nowMs + leaseMs,
        claims: e('claims', '+', 1),
        claimed_by: claimedBy,
      }))
      .where(claims(due, 'delivery_recovery', this.store.dialect))
      .returningAll();
    return (await this.rowsOf(update)).map((row) => claimedRecoveryOf(row as RecoveryRow));
  }

  advance(claimed: ClaimedRecovery, next: Recovery, dueAtMs: number): Write[] {
    const { id, recovery, claims: claim } = claimed;
    const update = this.mine(id, claim).set({
      state: next.state,
      started: next.started,
      passed_over: next.passedOver,
      position: next.position,
      finished_at_ms: next.finishedAtMs,
      last_step_at_ms: dueAtMs,
      due_at_ms: dueAtMs,
      claimed_by: null,
    });
    const step = exactlyOne(compiled(update), claimIsMine);
    if (recovery.kind === 'replay') return [step];
    const part = this.db
      .deleteFrom('delivery_recovery_part')
      .where('recovery_id', '=', id)
      .where('number', '<=', next.position);
    return [step, always(compiled(part))];
  }

  postpone({ id, claims: claim }: ClaimedRecovery, dueAtMs: number): Write {
    const update = this.mine(id, claim).set({ due_at_ms: dueAtMs, claimed_by: null });
    return exactlyOne(compiled(update), claimIsMine);
  }

  async reclaim(instanceId: string, whose: 'its' | 'others', nowMs: number): Promise<number> {
    const update = this.db
      .updateTable('delivery_recovery')
      .set((e) => ({ due_at_ms: nowMs, claims: e('claims', '+', 1), claimed_by: null }))
      .where('state', '=', 'running')
      .where('claimed_by', whose === 'its' ? '=' : '<>', instanceId)
      .returning('id');
    return (await this.rowsOf(update)).length;
  }

  async nextDueAtMs(): Promise<number | null> {
    const query = this.db
      .selectFrom('delivery_recovery')
      .select('due_at_ms')
      .where('state', '=', sql.lit('running' as const))
      .orderBy('due_at_ms')
      .limit(sql.lit(1));
    const row = await this.store.find<{ due_at_ms: number }>(compiled(query));
    return row?.due_at_ms ?? null;
  }

  async nextPart({ id, position }: Recovery): Promise<string[]> {
    const query = this.db
      .selectFrom('delivery_recovery_part')
      .select('delivery_ids')
      .where('recovery_id', '=', id)
      .where('number', '=', position + 1);
    const part = await this.store.find<{ delivery_ids: string }>(compiled(query));
    return part?.delivery_ids.split(idSeparator) ?? [];
  }

  private mine(id: string, claim: number) {
    return this.db
      .updateTable('delivery_recovery')
      .where('id', '=', id)
      .where('claims', '=', claim)
      .where('state', '=', 'running');
  }

  private async rowsOf(query: Parameters<typeof compiled>[0]) {
    const outcome = await this.store.commit([returning(compiled(query))]);
    return outcome.committed ? (outcome.rows[0] ?? []) : [];
  }
}
