import { type Kysely, sql } from 'kysely';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import type { Statement } from '#shared-kernel/persistence/statement.js';
import type { Dialect } from '#shared-kernel/persistence/store.js';
import type { NewQueuedCommandRow, QueuedCommandTables } from './queued-command-row.js';

/** A literal, since a partial index serves only queries that show its condition. */
const due = sql.lit('due' as const);
/** Due rows that one claim looks at. */
const windowSize = 500;

/** One try that came to its end: whose it was. */
interface ClaimKey {
  readonly id: string;
  readonly claims: number;
}

interface FailValues extends ClaimKey {
  readonly state: 'due' | 'dead';
  readonly dueAtMs: number;
  readonly settledAtMs: number | null;
  readonly tries: number;
  readonly errorCode: string;
  readonly errorMessage: string;
}

/** What a claim asks for. */
interface ClaimValues {
  readonly nowMs: number;
  readonly leaseEndMs: number;
  readonly claimedBy: string;
  readonly limit: number;
  readonly busyLanes: readonly string[];
}

/** SQL of the queue that the event log and the worker use. */
export function queuedCommandStatements(dialect: Dialect) {
  const db = queryBuilder<QueuedCommandTables>(dialect);
  return {
    insert: insertStatement(db),
    cancel: cancelStatement(db),
    settle: settleStatement(db),
    fail: failStatement(db),
    release: releaseStatement(db),
    releaseNext: releaseNextStatement(db),
    /** Takes what is due and stands behind no other of its key. */
    claim: (values: ClaimValues) => claimStatement(db, values),
    /** Moves due rows that stand behind one of their key to the time at which that one is due. */
    pushBack: (values: ClaimValues) => pushBackStatement(db, values),
    next: compiled(
      db
        .selectFrom('queued_command')
        .select('due_at_ms')
        .where('state', '=', due)
        .orderBy('due_at_ms')
        .limit(sql.lit(1)),
    ),
  };
}

function insertStatement(db: Kysely<QueuedCommandTables>) {
  return prepared<NewQueuedCommandRow>((p) =>
    db
      .insertInto('queued_command')
      .values({
        id: p('id'),
        name: p('name'),
        version: p('version'),
        input: p('input'),
        tenant: p('tenant'),
        key: p('key'),
        state: due,
        ready_at_ms: p('readyAtMs'),
        due_at_ms: p('readyAtMs'),
        claims: sql.lit(0),
        claimed_by: null,
        tries: sql.lit(0),
        error_code: null,
        error_message: null,
        traceparent: p('traceparent'),
        correlation_id: p('correlationId'),
        causation_id: p('causationId'),
        hops: p('hops'),
        created_at_ms: p('createdAtMs'),
        settled_at_ms: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing()),
  );
}

/** The claim moves on, so that a run under way loses its commit. */
function cancelStatement(db: Kysely<QueuedCommandTables>) {
  return prepared<{ id: string; nowMs: number }>((p) =>
    db
      .updateTable('queued_command')
      .set((e) => ({
        state: sql.lit('cancelled' as const),
        claims: e('claims', '+', sql.lit(1)),
        claimed_by: null,
        settled_at_ms: p('nowMs'),
      }))
      .where('id', '=', p('id'))
      .where('state', 'in', [due, sql.lit('dead' as const)]),
  );
}

function settleStatement(db: Kysely<QueuedCommandTables>) {
  return prepared<ClaimKey & { nowMs: number }>((p) =>
    db
      .updateTable('queued_command')
      .set({ state: sql.lit('done' as const), claimed_by: null, settled_at_ms: p('nowMs') })
      .where('id', '=', p('id'))
      .where('claims', '=', p('claims'))
      .where('state', '=', due),
  );
}

function failStatement(db: Kysely<QueuedCommandTables>) {
  return prepared<FailValues>((p) =>
    db
      .updateTable('queued_command')
      .set({
        state: p('state'),
        due_at_ms: p('dueAtMs'),
        settled_at_ms: p('settledAtMs'),
        tries: p('tries'),
        error_code: p('errorCode'),
        error_message: p('errorMessage'),
        claimed_by: null,
      })
      .where('id', '=', p('id'))
      .where('claims', '=', p('claims'))
      .where('state', '=', due),
  );
}

function releaseStatement(db: Kysely<QueuedCommandTables>) {
  return prepared<ClaimKey & { nowMs: number }>((p) =>
    db
      .updateTable('queued_command')
      .set((e) => ({
        due_at_ms: p('nowMs'),
        claims: e('claims', '+', sql.lit(1)),
        claimed_by: null,
      }))
      .where('id', '=', p('id'))
      .where('claims', '=', p('claims'))
      .where('state', '=', due),
  );
}

/** The one behind a command that ended need not wait for the time that it was pushed back to. */
function releaseNextStatement(db: Kysely<QueuedCommandTables>) {
  return prepared<{ id: string; nowMs: number }>((p) =>
    db
      .updateTable('queued_command')
      .set({ due_at_ms: p('nowMs') })
      .where(
        'position',
        '=',
        sql<number>`(SELECT behind.position FROM queued_command AS ended
          JOIN queued_command AS behind ON behind.tenant = ended.tenant AND behind.key = ended.key
          WHERE ended.id = ${p('id')} AND behind.state = 'due'
          ORDER BY behind.ready_at_ms, behind.position LIMIT 1)`,
      )
      .where('ready_at_ms', '<=', p('nowMs'))
      .where('due_at_ms', '>', p('nowMs'))
      .where('tries', '=', sql.lit(0))
      .where('claimed_by', 'is', null),
  );
}

function claimStatement(db: Kysely<QueuedCommandTables>, values: ClaimValues): Statement {
  const { nowMs, leaseEndMs, claimedBy, limit } = values;
  const query = db
    .updateTable('queued_command')
    .set((e) => ({
      due_at_ms: leaseEndMs,
      claims: e('claims', '+', sql.lit(1)),
      claimed_by: claimedBy,
    }))
    .where(
      'position',
      'in',
      sql<number>`(SELECT one.position FROM (${dueWindow(values)}) AS one
        WHERE one.key IS NULL OR NOT EXISTS (SELECT 1 FROM queued_command AS other
          WHERE ${standsBefore})
        ORDER BY one.due_at_ms, one.ready_at_ms, one.position LIMIT ${limit})`,
    )
    // Said again for PostgreSQL: what another process claimed meanwhile is no longer due.
    .where('state', '=', due)
    .where('due_at_ms', '<=', nowMs)
    .returningAll();
  return compiled(query);
}

function pushBackStatement(db: Kysely<QueuedCommandTables>, values: ClaimValues): Statement {
  const { nowMs } = values;
  const query = db
    .updateTable('queued_command as one')
    .set({
      due_at_ms: sql<number>`(SELECT min(other.due_at_ms) FROM queued_command AS other
        WHERE ${standsBefore} AND other.due_at_ms > ${nowMs})`,
    })
    .where(
      'one.position',
      'in',
      sql<number>`(SELECT position FROM (${dueWindow(values)}) AS due_now WHERE key IS NOT NULL)`,
    )
    .where(
      sql<boolean>`EXISTS (SELECT 1 FROM queued_command AS other
        WHERE ${standsBefore} AND other.due_at_ms > ${nowMs})`,
    )
    .where('one.state', '=', due)
    .where('one.due_at_ms', '<=', nowMs);
  return compiled(query);
}

/** The oldest due rows; bounded, so that a claim costs the same whatever is behind. */
function dueWindow({ nowMs, busyLanes }: ClaimValues) {
  const free = busyLanes.length === 0 ? sql`` : sql` AND name NOT IN (${sql.join([...busyLanes])})`;
  return sql`SELECT position, tenant, key, due_at_ms, ready_at_ms FROM queued_command
    WHERE state = 'due' AND due_at_ms <= ${nowMs}${free}
    ORDER BY due_at_ms, ready_at_ms, position LIMIT ${sql.lit(windowSize)}`;
}

/** Whether `other` runs, or has to run, before `one`. */
const standsBefore = sql`other.state = 'due' AND other.tenant = one.tenant AND other.key = one.key
  AND other.position <> one.position
  AND (other.claimed_by IS NOT NULL OR other.ready_at_ms < one.ready_at_ms
    OR (other.ready_at_ms = one.ready_at_ms AND other.position < one.position))`;
