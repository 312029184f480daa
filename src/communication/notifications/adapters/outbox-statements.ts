import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { claims } from '#shared-kernel/persistence/claims.js';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import type { Statement } from '#shared-kernel/persistence/statement.js';
import type { Dialect } from '#shared-kernel/persistence/store.js';
import type { AttemptRow, NotificationRow, NotificationTables } from './notification-rows.js';

interface ClaimValues {
  readonly nowMs: number;
  readonly leaseEndMs: number;
  readonly limit: number;
  readonly claimedBy: string;
}

type Progress = Pick<
  NotificationRow,
  'id' | 'state' | 'due_at_ms' | 'reason' | 'tries' | 'settled_at_ms'
>;

const due = sql.lit<'due'>('due');

/** SQL of the outbox; what every mail passes is compiled once. */
export function outboxStatements(dialect: Dialect) {
  const db = queryBuilder<NotificationTables>(dialect);
  return {
    insert: (row: NotificationRow): Statement =>
      compiled(
        db
          .insertInto('notification')
          .values(row)
          .onConflict((c) => c.columns(['event_id', 'rule_id', 'action_index']).doNothing()),
      ),
    insertAttempt: (row: AttemptRow) => compiled(attemptQuery(db, row)),
    claim: claimStatement(db, dialect),
    ...reclaimStatements(db),
    ...progressStatements(db),
    next: compiled(
      db
        .selectFrom('notification')
        .select('due_at_ms')
        .where('state', '=', due)
        .orderBy('due_at_ms')
        .limit(sql.lit(1)),
    ),
    countDue: prepared<{ nowMs: number }>((p) =>
      db
        .selectFrom('notification')
        .select((e) => e.fn.countAll<number>().as('items'))
        .where('state', '=', due)
        .where('due_at_ms', '<=', p('nowMs')),
    ),
  };
}

function claimStatement(db: Kysely<NotificationTables>, dialect: Dialect) {
  return prepared<ClaimValues>((p) => {
    const oldest = sql`SELECT id FROM notification
      WHERE state = 'due' AND due_at_ms <= ${p('nowMs')}
      ORDER BY due_at_ms LIMIT ${p('limit')}`;
    return db
      .updateTable('notification')
      .set((e) => ({
        due_at_ms: p('leaseEndMs'),
        claims: oneMore(e),
        claimed_by: p('claimedBy'),
      }))
      .where(claims(oldest, 'notification', dialect))
      .returningAll();
  });
}

/** What a process that is gone had claimed: the claim's number goes up, so its late end fails. */
function reclaimStatements(db: Kysely<NotificationTables>) {
  const reclaim = (comparison: '=' | '<>') =>
    prepared<{ instanceId: string; nowMs: number }>((p) =>
      db
        .updateTable('notification')
        .set((e) => ({ due_at_ms: p('nowMs'), claims: oneMore(e), claimed_by: null }))
        .where('claimed_by', 'is not', null)
        .where('claimed_by', comparison, p('instanceId'))
        .where('state', '=', due)
        .returning('id'),
    );
  return { reclaim: reclaim('='), reclaimOthers: reclaim('<>') };
}

function oneMore(e: ExpressionBuilder<NotificationTables, 'notification'>) {
  return e('claims', '+', sql.lit(1));
}

function progressStatements(db: Kysely<NotificationTables>) {
  return {
    settle: prepared<Progress & { claims: number; attempts_made: number }>((p) =>
      db
        .updateTable('notification')
        .set({
          state: p('state'),
          due_at_ms: p('due_at_ms'),
          reason: p('reason'),
          tries: p('tries'),
          attempts_made: p('attempts_made'),
          settled_at_ms: p('settled_at_ms'),
          claimed_by: null,
        })
        .where('id', '=', p('id'))
        .where('claims', '=', p('claims')),
    ),
    release: prepared<{ id: string; claims: number; nowMs: number }>((p) =>
      db
        .updateTable('notification')
        .set((e) => ({ due_at_ms: p('nowMs'), claims: oneMore(e), claimed_by: null }))
        .where('id', '=', p('id'))
        .where('claims', '=', p('claims')),
    ),
    startAgain: prepared<Progress>((p) =>
      db
        .updateTable('notification')
        .set({
          state: p('state'),
          due_at_ms: p('due_at_ms'),
          reason: p('reason'),
          tries: p('tries'),
          settled_at_ms: p('settled_at_ms'),
        })
        .where('id', '=', p('id'))
        .where('state', '=', sql.lit('exhausted')),
    ),
  };
}

/**
 * Does nothing when the notification was not added either, because its like was there. The
 * types are named, since PostgreSQL does not look for them in the columns of an INSERT … SELECT.
 */
function attemptQuery(db: Kysely<NotificationTables>, row: AttemptRow) {
  const { notification_id, tenant: _tenant, ...values } = row;
  return db
    .insertInto('notification_attempt')
    .columns([
      'notification_id',
      'tenant',
      'number',
      'started_at_ms',
      'duration_ms',
      'accepted',
      'response',
    ])
    .expression(
      db
        .selectFrom('notification')
        .select([
          'id',
          'tenant',
          sql<number>`CAST(${values.number} AS BIGINT)`.as('number'),
          sql<number>`CAST(${values.started_at_ms} AS BIGINT)`.as('started_at_ms'),
          sql<number>`CAST(${values.duration_ms} AS BIGINT)`.as('duration_ms'),
          sql<number>`CAST(${values.accepted} AS BIGINT)`.as('accepted'),
          sql<string>`CAST(${values.response} AS TEXT)`.as('response'),
        ])
        .where('id', '=', notification_id),
    );
}
