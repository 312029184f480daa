import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '#shared-kernel/persistence/migrate.js';
import type { SqlValue } from '#shared-kernel/persistence/statement.js';
import { always } from '#shared-kernel/persistence/statement.js';
import type { Store } from '#shared-kernel/persistence/store.js';
import { openTestStore, type StoreKind } from '../../../../test/support/test-store.ts';
import type { Webhook } from '../domain/webhook-inbox.js';
import { StoredWebhooks } from './stored-webhooks.js';
import { webhookMigrations } from './webhook.migrations.js';

const first: Webhook = {
  id: 'whk_1',
  tenant: 'default',
  sourceId: 'src_1',
  eventId: 'evt_1',
  provider: 'github',
  eventType: 'github.push',
  deliveryId: null,
  dedupeKey: 'id:1',
  contentType: null,
  headers: { a: ['b', 'c'] },
  flags: ['empty-body'],
  bodyBytes: 0,
  secretId: 'sec_1',
  receivedAtMs: 1_000,
};
const second: Webhook = { ...first, id: 'whk_2', eventId: 'evt_2', receivedAtMs: 2_000 };

describe.each<StoreKind>(['SQLite', 'PostgreSQL'])('webhooks on %s', (kind) => {
  let folder: string;
  let store: Store;
  const change = (sql: string, ...parameters: SqlValue[]) =>
    store.commit([always({ sql, parameters })]);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-webhooks-'));
    store = await openTestStore(folder, kind);
  }, 60_000);
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('that stood there before repeats had a table are still recognised, and still read', async () => {
    const before = webhookMigrations.slice(0, 2);
    await migrate(store, before, 0);
    await change(
      `INSERT INTO webhook VALUES (${Array(14).fill('?').join(', ')})`,
      ...['whk_1', 'default', 'src_1', 'evt_1', 'github', 'github.push', null, 'id:1', null],
      ...[JSON.stringify(first.headers), '["empty-body"]', 0, 'sec_1', 1_000],
    );
    await migrate(store, webhookMigrations, 0);
    const webhooks = new StoredWebhooks(store);
    expect(await webhooks.byId('default', 'whk_1')).toEqual(first);
    expect(await webhooks.byDedupeKey('src_1', 'id:1')).toEqual({ id: 'whk_1', eventId: 'evt_1' });
    expect(await store.commit(webhooks.add(second))).toMatchObject({ conflict: 'webhook-is-new' });
  });

  it('are told as repeats as long as their mark is there, and not as long as their row is', async () => {
    await migrate(store, webhookMigrations, 0);
    const webhooks = new StoredWebhooks(store);
    expect(await store.commit(webhooks.add(first))).toMatchObject({ committed: true });
    await change('DELETE FROM webhook');
    expect(await store.commit(webhooks.add(second))).toMatchObject({ conflict: 'webhook-is-new' });
    expect(await webhooks.byDedupeKey('src_1', 'id:1')).toMatchObject({ id: 'whk_1' });

    await change('DELETE FROM webhook_seen');
    expect(await store.commit(webhooks.add(first))).toMatchObject({ committed: true });
    await change('DELETE FROM webhook_seen');
    expect(await store.commit(webhooks.add(second))).toMatchObject({ committed: true });
    expect(await webhooks.byDedupeKey('src_1', 'id:1')).toMatchObject({ id: 'whk_2' });
    expect(await webhooks.byId('default', 'whk_1')).toEqual(first);
  });

  it('of two sources are no repeats of each other', async () => {
    await migrate(store, webhookMigrations, 0);
    const webhooks = new StoredWebhooks(store);
    const elsewhere = { ...second, sourceId: 'src_2' };
    const outcome = await store.commit([...webhooks.add(first), ...webhooks.add(elsewhere)]);
    expect(outcome).toMatchObject({ committed: true });
  });
});
