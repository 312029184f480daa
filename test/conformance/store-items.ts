import { inDialect } from '../../src/shared-kernel/persistence/schema-dialect.js';
import { compiled, prepared, queryBuilder } from '../../src/shared-kernel/persistence/sql.js';
import type { Statement } from '../../src/shared-kernel/persistence/statement.js';
import type { Store } from '../../src/shared-kernel/persistence/store.js';

interface Tables {
  item: { id: string; amount: number; note: string | null; bytes: Uint8Array | null };
}

/** Makes the one table of the suite. */
export function createItems({ dialect }: Store): Statement {
  const table =
    'CREATE TABLE item (id TEXT PRIMARY KEY, amount BIGINT NOT NULL, note TEXT, bytes BLOB)';
  return { sql: inDialect(table, dialect), parameters: [] };
}

/** A row of it. */
export interface ItemRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly amount: number;
  readonly note: string | null;
  readonly bytes: Uint8Array | null;
}

/** What the suite does with it, in the dialect of the store. */
export function itemStatements(store: Store) {
  const db = queryBuilder<Tables>(store.dialect);
  const add = (id: string, by: number) =>
    db
      .updateTable('item')
      .set((e) => ({ amount: e('amount', '+', by) }))
      .where('id', '=', id);
  return {
    insert: prepared<Tables['item']>((p) =>
      db
        .insertInto('item')
        .values({ id: p('id'), amount: p('amount'), note: p('note'), bytes: p('bytes') }),
    ),
    setAmount: prepared<{ id: string; amount: number }>((p) =>
      db
        .updateTable('item')
        .set({ amount: p('amount') })
        .where('id', '=', p('id')),
    ),
    add: ({ id, by }: { id: string; by: number }) => compiled(add(id, by)),
    addReturning: ({ id, by }: { id: string; by: number }) =>
      compiled(add(id, by).returning(['id', 'amount'])),
    addToAll: ({ by }: { by: number }) =>
      compiled(db.updateTable('item').set((e) => ({ amount: e('amount', '+', by) }))),
    remove: prepared<{ id: string }>((p) => db.deleteFrom('item').where('id', '=', p('id'))),
    removeAll: compiled(db.deleteFrom('item')),
    byId: prepared<{ id: string }>((p) =>
      db.selectFrom('item').selectAll().where('id', '=', p('id')),
    ),
    all: compiled(db.selectFrom('item').selectAll().orderBy('id')),
  };
}
