import { join } from 'node:path';
import { PostgresStore } from '#shared-kernel/persistence/postgres-store.js';
import { SqliteStore } from '#shared-kernel/persistence/sqlite-store.js';
import type { Statement, Write } from '#shared-kernel/persistence/statement.js';
import type { Store } from '#shared-kernel/persistence/store.js';
import { startPostgres, type TestPostgres } from '../../tools/support/postgres.ts';

/** A store that the program may stand on. */
export type StoreKind = 'SQLite' | 'PostgreSQL';

/** SIGNALBOX_TEST_STORE=postgres lets every test of the program run on PostgreSQL. */
const byDefault: StoreKind =
  process.env['SIGNALBOX_TEST_STORE'] === 'postgres' ? 'PostgreSQL' : 'SQLite';

let server: Promise<TestPostgres> | undefined;
const urls = new Map<string, Promise<string>>();

/**
 * The URL of the database that belongs to a data folder, undefined for SQLite. The same folder has
 * the same database; the server is one for each test file and ends with its process.
 */
export async function databaseUrlOf(
  dataFolder: string,
  kind: StoreKind = byDefault,
): Promise<string | undefined> {
  if (kind === 'SQLite') return undefined;
  server ??= startPostgres();
  const { newDatabase } = await server;
  const known = urls.get(dataFolder) ?? newDatabase();
  urls.set(dataFolder, known);
  return known;
}

/** A store for a test of adapters: empty, on the database that belongs to the folder. */
export async function openTestStore(folder: string, kind = byDefault): Promise<Store> {
  const url = await databaseUrlOf(folder, kind);
  if (url === undefined) return SqliteStore.open({ file: join(folder, 'test.db') });
  const store = await PostgresStore.open({ url, readersMax: 2 });
  const { commit, find, list } = store;
  return Object.assign(store, {
    commit: (writes: readonly Write[]) =>
      commit.call(
        store,
        writes.map((write) => ({ ...write, statement: numbered(write.statement) })),
      ),
    find: (statement: Statement) => find.call(store, numbered(statement)),
    list: (statement: Statement) => list.call(store, numbered(statement)),
  });
}

/** Tests write `?` for a parameter, as SQLite has it; PostgreSQL numbers them. */
function numbered({ sql, parameters }: Statement): Statement {
  let last = 0;
  return { sql: sql.replace(/\?/g, () => `$${++last}`), parameters };
}
