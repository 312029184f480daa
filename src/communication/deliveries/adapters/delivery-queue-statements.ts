import { type ExpressionBuilder, type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { ClaimRequest } from '#shared-kernel/messaging/due-work.js';
import { claims } from '#shared-kernel/persistence/claims.js';
import { type Parameter, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import type { Statement } from '#shared-kernel/persistence/statement.js';
import type { Dialect } from '#shared-kernel/persistence/store.js';
import type { AttemptRow, DeliveryRow, DeliveryTables } from './delivery-rows.js';

/** A literal, since a partial index serves only queries that show its condition. */
const due = sql.lit('due' as const);

interface ClaimValues {
  readonly nowMs: number;
  readonly leaseEndMs: number;
  readonly limit: number;
  readonly claimedBy: string;
  /** Busy lanes, numbered from 0. */
  [lane: `lane${number}`]: string;
}

interface SettleValues {
  readonly id: string;
  readonly claims: number;
  readonly state: DeliveryRow['state'];
  readonly dueAtMs: number | null;
  readonly attemptsMade: number;
  readonly failedTries: number;
  readonly settledAtMs: number | null;
}

/** SQL of the delivery queue, compiled once. */
export function deliveryQueueStatements(dialect: Dialect) {
  const db = queryBuilder<DeliveryTables>(dialect);
  return {
    schedule: scheduleStatement(db),
    claim: claimStatement(db, dialect),
    insertAttempt: insertAttemptStatement(db),
    settle: prepared<SettleValues>((p) =>
      db
        .updateTable('delivery')
        .set({
          state: p('state'),
          due_at_ms: p('dueAtMs'),
          attempts_made: p('attemptsMade'),
          failed_tries: p('failedTries'),
          settled_at_ms: p('settledAtMs'),
          claimed_by: null,
        })
        .where('id', '=', p('id'))
        .where('claims', '=', p('claims')),
    ),
    release: prepared<{ id: string; claims: number; nowMs: number }>((p) =>
      db
        .updateTable('delivery')
        .set((e) => ({ due_at_ms: p('nowMs'), claims: oneMore(e), claimed_by: null }))
        .where('id', '=', p('id'))
        .where('claims', '=', p('claims')),
    ),
    ...reclaimStatements(db),
    startAgain: prepared<{ id: string; dueAtMs: number }>((p) =>
      db
        .updateTable('delivery')
        .set({ state: due, due_at_ms: p('dueAtMs'), failed_tries: 0, settled_at_ms: null })
        .where('id', '=', p('id'))
        .where('state', '<>', due),
    ),
    next: prepared<Record<string, never>>(() =>
      db
        .selectFrom('delivery')
        .select('due_at_ms')
        .where('state', '=', due)
        .orderBy('due_at_ms')
        .limit(sql.lit(1)),
    )({}),
    countDue: prepared<{ nowMs: number }>((p) =>
      db
        .selectFrom('delivery')
        .select((e) => e.fn.countAll<number>().as('items'))
        .where('state', '=', due)
        .where('due_at_ms', '<=', p('nowMs')),
    ),
  };
}

/** Without busy lanes, which is nearly always, the oldest due deliveries are taken in order. */
function claimStatement(db: Kysely<DeliveryTables>, dialect: Dialect) {
  const ordered = prepared<ClaimValues>((p) => {
    const oldest = sql`SELECT id FROM delivery
        WHERE state = 'due' AND due_at_ms <= ${p('nowMs')}
        ORDER BY due_at_ms LIMIT ${p('limit')}`;
    return claimQuery(db, p, claims(oldest, 'delivery', dialect));
  });
  const pastBusyLanes = new Map<number, (values: ClaimValues) => Statement>();
  return (request: ClaimRequest, leaseMs: number): Statement => {
    const { nowMs, limit, busyLanes, claimedBy } = request;
    const values: ClaimValues = { nowMs, leaseEndMs: nowMs + leaseMs, limit, claimedBy };
    if (busyLanes.length === 0) return ordered(values);
    let statement = pastBusyLanes.get(busyLanes.length);
    if (statement === undefined) {
      statement = claimPastBusyLanes(db, dialect, busyLanes.length);
      pastBusyLanes.set(busyLanes.length, statement);
    }
    for (const [index, lane] of busyLanes.entries()) values[`lane${index}`] = lane;
    return statement(values);
  };
}

/**
 * A busy lane can have a hundred thousand due deliveries, all older than those of the others. So
 * this walks from endpoint to endpoint, one index seek each, and never through a lane's backlog.
 * Each lane gives its oldest few, the fewer the more lanes there are.
 */
function claimPastBusyLanes(db: Kysely<DeliveryTables>, dialect: Dialect, busyCount: number) {
  return prepared<ClaimValues>((p) => {
    const busy = Array.from({ length: busyCount }, (_unused, index) => p(`lane${index}`));
    const oldestOfEach = sql`WITH RECURSIVE lane (id) AS (
          SELECT * FROM (SELECT endpoint_id FROM delivery WHERE state = 'due'
            ORDER BY endpoint_id LIMIT 1) AS first_lane
          UNION ALL
          SELECT (SELECT endpoint_id FROM delivery
            WHERE state = 'due' AND endpoint_id > lane.id ORDER BY endpoint_id LIMIT 1)
          FROM lane WHERE lane.id IS NOT NULL
        )
        SELECT candidate.id FROM lane JOIN delivery AS candidate ON candidate.id IN (
          SELECT id FROM delivery
          WHERE state = 'due' AND endpoint_id = lane.id AND due_at_ms <= ${p('nowMs')}
          ORDER BY due_at_ms
          LIMIT (SELECT CAST(1 + 2 * ${p('limit')} / count(*) AS INTEGER) FROM lane)
        )
        WHERE lane.id NOT IN (${sql.join(busy)})
        ORDER BY candidate.due_at_ms LIMIT ${p('limit')}`;
    return claimQuery(db, p, claims(oldestOfEach, 'candidate', dialect));
  });
}

function claimQuery(
  db: Kysely<DeliveryTables>,
  p: Parameter<ClaimValues>,
  isToBeClaimed: RawBuilder<SqlBool>,
) {
  return db
    .updateTable('delivery')
    .set((e) => ({
      due_at_ms: p('leaseEndMs'),
      claims: oneMore(e),
      claimed_by: p('claimedBy'),
    }))
    .where(isToBeClaimed)
    .returningAll();
}

/** What a process that is gone had claimed: the claim's number goes up, so its late end fails. */
function reclaimStatements(db: Kysely<DeliveryTables>) {
  const reclaim = (comparison: '=' | '<>') =>
    prepared<{ instanceId: string; nowMs: number }>((p) =>
      db
        .updateTable('delivery')
        .set((e) => ({ due_at_ms: p('nowMs'), claims: oneMore(e), claimed_by: null }))
        .where('claimed_by', 'is not', null)
        .where('claimed_by', comparison, p('instanceId'))
        .where('state', '=', due)
        .returning('id'),
    );
  return { reclaim: reclaim('='), reclaimOthers: reclaim('<>') };
}

function oneMore(e: ExpressionBuilder<DeliveryTables, 'delivery'>) {
  return e('claims', '+', sql.lit(1));
}

function scheduleStatement(db: Kysely<DeliveryTables>) {
  return prepared<DeliveryRow>((p) =>
    db
      .insertInto('delivery')
      .values({
        id: p('id'),
        tenant: p('tenant'),
        endpoint_id: p('endpoint_id'),
        event_id: p('event_id'),
        rule_id: p('rule_id'),
        state: p('state'),
        due_at_ms: p('due_at_ms'),
        claims: p('claims'),
        claimed_by: p('claimed_by'),
        attempts_made: p('attempts_made'),
        failed_tries: p('failed_tries'),
        traceparent: p('traceparent'),
        correlation_id: p('correlation_id'),
        causation_id: p('causation_id'),
        hops: p('hops'),
        created_at_ms: p('created_at_ms'),
        settled_at_ms: p('settled_at_ms'),
      })
      .onConflict((conflict) =>
        conflict.columns(['tenant', 'event_id', 'endpoint_id']).doNothing(),
      ),
  );
}

function insertAttemptStatement(db: Kysely<DeliveryTables>) {
  return prepared<AttemptRow>((p) =>
    db.insertInto('delivery_attempt').values({
      delivery_id: p('delivery_id'),
      number: p('number'),
      tenant: p('tenant'),
      started_at_ms: p('started_at_ms'),
      duration_ms: p('duration_ms'),
      verdict: p('verdict'),
      why: p('why'),
      status: p('status'),
      body_start: p('body_start'),
      failed_stage: p('failed_stage'),
      failure: p('failure'),
    }),
  );
}
