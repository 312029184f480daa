import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Dialect } from './store.js';

/**
 * The condition of an UPDATE that claims rows: its `id` is one that the query finds. On PostgreSQL
 * the found rows are locked and rows that another process is claiming are left out, since both
 * would get them otherwise; as an array the query runs once, whatever the plan is. SQLite has one
 * writer.
 *
 * @param ids query for ids, with its order and limit
 * @param from name that the query gives the table whose rows are claimed
 */
export function claims(
  ids: RawBuilder<unknown>,
  from: string,
  dialect: Dialect,
): RawBuilder<SqlBool> {
  if (dialect === 'sqlite') return sql<SqlBool>`id IN (${ids})`;
  return sql<SqlBool>`id = ANY(ARRAY(${ids} FOR UPDATE OF ${sql.id(from)} SKIP LOCKED))`;
}
