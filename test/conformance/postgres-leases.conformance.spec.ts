import { SystemClock } from '../../src/shared-kernel/domain/clock.js';
import { messagingMigrations } from '../../src/shared-kernel/messaging/messaging.migrations.js';
import { ReactionLeases } from '../../src/shared-kernel/messaging/reaction-leases.js';
import {
  reactionIsMine,
  ReactionStorage,
} from '../../src/shared-kernel/messaging/reaction-storage.js';
import { migrate } from '../../src/shared-kernel/persistence/migrate.js';
import { PostgresStore } from '../../src/shared-kernel/persistence/postgres-store.js';
import { always } from '../../src/shared-kernel/persistence/statement.js';
import type { Store } from '../../src/shared-kernel/persistence/store.js';
import { startPostgres, type TestPostgres } from '../../tools/support/postgres.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const reactions = ['m.one', 'm.two', 'm.three', 'm.four'];
/** Below the silence after which others take over what a process has. */
const heldUpMaxMs = 4_900;

/** An append by hand, which takes the turn that every other append waits for. */
const append = (id: string) =>
  always({
    sql: `INSERT INTO event_log (id, name, version, type, source, tenant, key, occurred_at_ms,
      correlation_id, traceparent, hops, data)
      VALUES ($1, 'm.happened', 1, 't', 's', 'default', 'k', 0, 'c', '', 0, '{}')`,
    parameters: [id],
  });

describe('leases of processes on one PostgreSQL', () => {
  let server: TestPostgres;
  let proxy: TcpProxy;
  let near: Store;
  let far: Store;

  beforeAll(async () => {
    server = await startPostgres();
    const url = new URL(await server.newDatabase());
    near = await PostgresStore.open({ url: url.toString(), readersMax: 2 });
    proxy = await startTcpProxy(Number(url.port));
    url.port = String(proxy.port);
    far = await PostgresStore.open({ url: url.toString(), readersMax: 2 });
    await migrate(near, messagingMigrations, Date.now());
    const storage = new ReactionStorage(near);
    await near.commit(reactions.map((id) => storage.register(id, 0, 0)));
  }, 60_000);
  afterAll(async () => {
    await Promise.all([near.close(), far.close()]);
    await proxy.down();
    await server.stop();
  });

  it('come to rest with a share each, however much they run into one another', async () => {
    const clock = new SystemClock();
    const processes = ['a', 'b'].map((id, index) => {
      const store = index === 0 ? near : far;
      return new ReactionLeases({ id, reactions }, new ReactionStorage(store), store, clock);
    });
    for (let round = 0; round < 4; round++) await Promise.all(processes.map((one) => one.renew()));
    const rows = await new ReactionStorage(near).all();
    expect(rows.map(({ owner }) => owner).sort()).toEqual(['a', 'a', 'b', 'b']);
    // At rest nothing changes hands.
    const looks = await Promise.all(processes.map((one) => one.renew()));
    expect(looks.map(({ changed }) => changed)).toEqual([[], []]);
  });

  it('are taken from a process that stands still in the middle of a commit', async () => {
    const storage = new ReactionStorage(near);
    const [row] = (await storage.all()).filter(({ owner }) => owner === 'b');
    const { id, epoch, position: from } = row!;
    const stale = storage.progress({ id, epoch, from, to: 7, taken: 1, handled: 1 });
    // Its statements reach the server, the answers do not reach it: COMMIT is never sent.
    proxy.silent = true;
    const frozen = far.commit([stale, append('evt_stale')]);
    const standing = "SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'";
    await waitFor('the transaction to stand still', async () => {
      return (await near.list({ sql: standing, parameters: [] })).length === 1;
    });
    const startedAt = performance.now();
    const outcome = await near.commit([storage.take(id, epoch, 'a'), append('evt_next')]);
    expect(outcome.committed).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(heldUpMaxMs);
    proxy.silent = false;
    expect(await frozen).toEqual({ committed: false, conflict: reactionIsMine });
    const events = await near.list({ sql: 'SELECT id FROM event_log', parameters: [] });
    expect(events).toEqual([{ id: 'evt_next' }]);
    expect(await storage.find(id)).toMatchObject({ owner: 'a', position: from, handled: 0 });
  }, 30_000);
});
