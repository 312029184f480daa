import { type Kysely, sql } from 'kysely';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import type { Statement } from '#shared-kernel/persistence/statement.js';
import type { Dialect } from '#shared-kernel/persistence/store.js';
import type { EventLogTables } from '../event-row.js';
import type { EventNeed, ForgottenRows } from './retains.js';

interface Tables extends EventLogTables {
  reaction: { id: string; position: number };
  parked_event: { reaction_id: string; position: number };
  reaction_replay: { position: number; up_to_position: number; state: string };
}

/** SQL that finds what may leave the log, and removes it. */
export function archiveStatements(dialect: Dialect) {
  const db = queryBuilder<Tables>(dialect);
  return {
    checkpoints: compiled(db.selectFrom('reaction').select(['id', 'position'])),
    /** The first event of these names behind a checkpoint. */
    firstWanted: (names: readonly string[], after: number, upTo: number): Statement =>
      compiled(
        db
          .selectFrom('event_log')
          .select((e) => e.fn.min('position').as('position'))
          .where('position', '>', after)
          .where('position', '<=', upTo)
          .where('name', 'in', [...names]),
      ),
    lastBefore: (beforeMs: number): Statement =>
      compiled(
        db
          .selectFrom('event_log')
          .select((e) => e.fn.max('position').as('position'))
          .where('occurred_at_ms', '<', beforeMs),
      ),
    oldest: compiled(
      db.selectFrom('event_log').select('occurred_at_ms').orderBy('position').limit(1),
    ),
    /** Positions and sizes of old events behind a position, in order. */
    sizes: (after: number, upTo: number, beforeMs: number, limit: number): Statement =>
      compiled(
        db
          .selectFrom('event_log')
          .select(['position', 'id'])
          .select(sql<number>`length(data) + coalesce(length(payload), 0)`.as('bytes'))
          .where('position', '>', after)
          .where('position', '<=', upTo)
          .where('occurred_at_ms', '<', beforeMs)
          .where('position', 'not in', db.selectFrom('parked_event').select('position'))
          .where((e) => e.not(e.exists(replayOf(db))))
          .orderBy('position')
          .limit(limit),
      ),
    rows: (positions: readonly number[]): Statement =>
      compiled(
        db
          .selectFrom('event_log')
          .selectAll()
          .where('position', 'in', [...positions])
          .orderBy('position'),
      ),
    remove: (positions: readonly number[]): Statement =>
      compiled(db.deleteFrom('event_log').where('position', 'in', [...positions])),
    needed: ({ table, column, state }: EventNeed, ids: readonly string[]): Statement =>
      raw(
        db,
        sql`SELECT DISTINCT ${sql.ref(column)} AS id FROM ${sql.table(table)}
          WHERE state = ${sql.lit(state)} AND ${sql.ref(column)} IN (${sql.join([...ids])})`,
      ),
    forget: (rows: ForgottenRows, beforeMs: number, limit: number): Statement[] =>
      forgetStatements(db, rows, beforeMs, limit),
  };
}

/** Removes the parts of forgotten rows, then the rows; the last tells how many. */
function forgetStatements(
  db: Kysely<Tables>,
  { table, key, since, parts }: ForgottenRows,
  beforeMs: number,
  limit: number,
): Statement[] {
  const columns = key.map((column) => sql.ref(column));
  const old = (selected: typeof columns) => sql`SELECT ${sql.join(selected)}
    FROM ${sql.table(table)} WHERE ${sql.ref(since)} < ${beforeMs}
    ORDER BY ${sql.ref(since)} LIMIT ${limit}`;
  const remove = sql`DELETE FROM ${sql.table(table)}
    WHERE (${sql.join(columns)}) IN (${old(columns)}) RETURNING 1 AS one`;
  if (parts === undefined) return [raw(db, remove)];
  const removeParts = sql`DELETE FROM ${sql.table(parts.table)}
    WHERE ${sql.ref(parts.column)} IN (${old(columns.slice(0, 1))})`;
  return [raw(db, removeParts), raw(db, remove)];
}

/** A replay that still has to come to the event of the outer query. */
function replayOf(db: Kysely<Tables>) {
  return db
    .selectFrom('reaction_replay as replay')
    .select('replay.position')
    .where('replay.state', '=', 'running')
    .whereRef('replay.position', '<', 'event_log.position' as never)
    .whereRef('replay.up_to_position', '>=', 'event_log.position' as never);
}

function raw(db: Kysely<Tables>, query: ReturnType<typeof sql>): Statement {
  return compiled({ compile: () => query.compile(db) });
}
