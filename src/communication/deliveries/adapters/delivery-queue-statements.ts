import { type ExpressionBuilder, type Kysely, sql, type SqlBool } from 'kysely';
import { prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import type { Dialect } from '#shared-kernel/persistence/store.js';
import type { AttemptRow, DeliveryRow, DeliveryTables } from './delivery-rows.js';

/**
 * On PostgreSQL whoever changes who is next in an order takes this lock first: of two
 * transactions that do not see each other's rows, neither would let the next one go. Always taken
 * behind the lock of appends, so the two are no deadlock. The number is `sbx` and one more, in
 * hexadecimal.
 */
const orderLock = 0x73627803;
export const takeOrderTurn = `SELECT pg_advisory_xact_lock(${orderLock})`;

/** A literal, since a partial index serves only queries that show its condition. */
const due = sql.lit('due' as const);

interface SettleValues {
  readonly id: string;
  readonly claims: number;
  readonly state: DeliveryRow['state'];
  readonly dueAtMs: number | null;
  readonly attemptsMade: number;
  readonly failedTries: number;
  readonly settledAtMs: number | null;
  readonly turnKey: string | null;
}

/** SQL of the delivery queue, compiled once. */
export function deliveryQueueStatements(dialect: Dialect) {
  const db = queryBuilder<DeliveryTables>(dialect);
  return {
    schedule: scheduleStatement(db),
    ...turnStatements(db),
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
          turn_key: p('turnKey'),
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
    countDue: prepared<{ nowMs: number }>((p) =>
      db
        .selectFrom('delivery')
        .select((e) => e.fn.countAll<number>().as('items'))
        .where('state', '=', due)
        .where('due_at_ms', '<=', p('nowMs')),
    ),
  };
}

/** Starting again, and the turns of deliveries that are kept in order. */
function turnStatements(db: Kysely<DeliveryTables>) {
  const turns = db.selectFrom('delivery as turn').where('turn.turn_key', 'is not', null);
  return {
    startAgain: prepared<{ id: string; dueAtMs: number }>((p) =>
      db
        .updateTable('delivery')
        .set({ state: due, due_at_ms: p('dueAtMs'), failed_tries: 0, settled_at_ms: null })
        .where('id', '=', p('id'))
        .where('state', '<>', due),
    ),
    waitAgain: prepared<{ id: string }>((p) =>
      db
        .updateTable('delivery')
        .set((e) => ({
          state: sql.lit('waiting' as const),
          turn_key: e.ref('order_key'),
          failed_tries: 0,
          settled_at_ms: null,
        }))
        .where('id', '=', p('id'))
        .where('settled_at_ms', 'is not', null),
    ),
    forgetHeld: prepared<{ endpointId: string }>((p) =>
      db
        .updateTable('delivery')
        .set({ turn_key: null })
        .where('endpoint_id', '=', p('endpointId'))
        .where('turn_key', 'is not', null)
        .where('settled_at_ms', 'is not', null),
    ),
    /** As `letNextGo`, for every key of an endpoint. */
    letAllNextGo: prepared<{ endpointId: string; nowMs: number }>((p) => {
      const isOfKey = sql<SqlBool>`turn.endpoint_id = delivery.endpoint_id
        AND turn.turn_key = delivery.turn_key`;
      const ofKey = turns.where(isOfKey);
      return db
        .updateTable('delivery')
        .set({ state: due, due_at_ms: p('nowMs') })
        .where('endpoint_id', '=', p('endpointId'))
        .where('turn_key', 'is not', null)
        .where('state', '=', sql.lit('waiting' as const))
        .where(
          'id',
          '=',
          ofKey.select('turn.id').orderBy('turn.log_position').orderBy('turn.id').limit(sql.lit(1)),
        )
        .where((e) => e.not(e.exists(ofKey.select('turn.id').where('turn.state', '=', due))));
    }),
    /** Lets the first of a key go, unless it has ended and holds the rest, or one is under way. */
    letNextGo: prepared<{ endpointId: string; key: string; nowMs: number }>((p) => {
      const ofKey = turns
        .where('turn.endpoint_id', '=', p('endpointId'))
        .where('turn.turn_key', '=', p('key'));
      const first = ofKey
        .select('turn.id')
        .orderBy('turn.log_position')
        .orderBy('turn.id')
        .limit(sql.lit(1));
      return db
        .updateTable('delivery')
        .set({ state: due, due_at_ms: p('nowMs') })
        .where('id', '=', first)
        .where('state', '=', sql.lit('waiting' as const))
        .where((e) => e.not(e.exists(ofKey.select('turn.id').where('turn.state', '=', due))));
    }),
  };
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
        order_key: p('order_key'),
        turn_key: p('turn_key'),
        log_position: p('log_position'),
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
