import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from '../../src/shared-kernel/persistence/sqlite-store.js';
import { describeStore, type OpenedStore } from './store-conformance.js';
import { describeStoreModel } from './store-model.js';

describeStore('SQLite', openSqlite);
describeStoreModel('SQLite', openSqlite);

async function openSqlite(): Promise<OpenedStore> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-store-'));
  const store = await SqliteStore.open({ file: join(folder, 'test.db') });
  return {
    store,
    async end() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
