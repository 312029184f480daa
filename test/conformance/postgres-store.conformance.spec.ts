import { PostgresStore } from '../../src/shared-kernel/persistence/postgres-store.js';
import { startPostgres, type TestPostgres } from '../../tools/support/postgres.ts';
import { describeStore, type OpenedStore } from './store-conformance.js';
import { describeStoreModel } from './store-model.js';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

describeStore('PostgreSQL', openPostgres);
describeStoreModel('PostgreSQL', openPostgres);

async function openPostgres(): Promise<OpenedStore> {
  const store = await PostgresStore.open({ url: await server.newDatabase() });
  return { store, end: () => store.close() };
}
