import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresStore } from '#shared-kernel/persistence/postgres-store.js';
import { SqliteStore } from '#shared-kernel/persistence/sqlite-store.js';
import type { Store } from '#shared-kernel/persistence/store.js';
import { startPostgres } from '../support/postgres.ts';

/** A store for one bench, and the end of it and of its data. */
export interface TemporaryStore {
  readonly store: Store;
  readonly close: () => Promise<void>;
}

/** SQLite in a folder of its own, with fsync as in production. */
export async function openTemporarySqlite(): Promise<TemporaryStore> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  const store = await SqliteStore.open({ file: join(folder, 'bench.db') });
  return {
    store,
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL on this machine, with fsync as in production. */
export async function openTemporaryPostgres(): Promise<TemporaryStore> {
  const server = await startPostgres({ fsync: true });
  const store = await PostgresStore.open({ url: await server.newDatabase() });
  return {
    store,
    async close() {
      await store.close();
      await server.stop();
    },
  };
}
