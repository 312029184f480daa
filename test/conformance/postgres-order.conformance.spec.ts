import { Client } from 'pg';
import { ContractChecker } from '../../src/shared-kernel/contracts/contract-checker.js';
import { SystemClock } from '../../src/shared-kernel/domain/clock.js';
import { messagingMigrations } from '../../src/shared-kernel/messaging/messaging.migrations.js';
import { ReactionStorage } from '../../src/shared-kernel/messaging/reaction-storage.js';
import { StoredEventLog } from '../../src/shared-kernel/messaging/stored-event-log.js';
import { Meter } from '../../src/shared-kernel/observability/meter.js';
import { migrate } from '../../src/shared-kernel/persistence/migrate.js';
import { PostgresStore } from '../../src/shared-kernel/persistence/postgres-store.js';
import { always } from '../../src/shared-kernel/persistence/statement.js';
import { waitFor } from '../../tools/support/wait-for.ts';
import { administer, startPostgres, type TestPostgres } from '../../tools/support/postgres.ts';
import { happened, ThingHappened } from './messaging-kernel.js';

const names = [ThingHappened.contract.name];
const insertByHand = `INSERT INTO event_log
  (id, name, version, type, source, tenant, key, occurred_at_ms, correlation_id, traceparent, hops, data)
  VALUES ($1, $2, 1, 't', 's', 'default', 'k', 0, 'c', 'p', 0, '{}')`;

describe('the event log that several processes share', () => {
  let server: TestPostgres;
  let url: string;
  let stores: PostgresStore[];
  let logs: StoredEventLog[];

  const join = async () => {
    const store = await PostgresStore.open({ url, readersMax: 2 });
    const meter = new Meter({ format: 'text', processMetrics: false });
    stores.push(store);
    logs.push(new StoredEventLog(store, new ContractChecker(meter), meter, new SystemClock()));
    return store;
  };

  beforeAll(async () => {
    server = await startPostgres();
  });
  beforeEach(async () => {
    url = await server.newDatabase();
    stores = [];
    logs = [];
    await migrate(await join(), messagingMigrations, 0);
  });
  afterEach(() => Promise.all(stores.map((store) => store.close())));
  afterAll(() => server.stop());

  it('shows a reader that follows by position every event, while four processes append', async () => {
    await Promise.all([join(), join(), join()]);
    const storage = new ReactionStorage(await join());
    const perWriter = 400;
    let writing = true;
    const append = async (log: StoredEventLog, writer: number) => {
      const one = async (n: number): Promise<void> => {
        // Now and then the last of a group is slow: the others have their places, and commit late.
        const writes = n % 40 === 39 ? [always(slow)] : [];
        await log.commit({ writes, events: [happened(writer * perWriter + n)] });
      };
      for (let n = 0; n < perWriter; n += 8) {
        await Promise.all(Array.from({ length: 8 }, (_, index) => one(n + index)));
      }
    };
    const slow = { sql: 'SELECT pg_sleep(0.02)', parameters: [] };
    const seen: number[] = [];
    const follow = async () => {
      for (let position = 0; ;) {
        const isLast = !writing;
        const head = await storage.log.head();
        const rows = await storage.log.next({ names, after: position, upTo: head }, 10_000);
        for (const { data } of rows) seen.push((JSON.parse(data) as { n: number }).n);
        position = head;
        if (isLast) return;
      }
    };
    const following = follow();
    await Promise.all(logs.slice(0, 4).map((log, writer) => append(log, writer)));
    writing = false;
    await following;
    expect(seen).toHaveLength(4 * perWriter);
    expect(new Set(seen).size).toBe(4 * perWriter);
    for (let writer = 0; writer < 4; writer++) {
      const rounds = seen
        .filter((n) => Math.floor(n / perWriter) === writer)
        .map((n) => Math.floor((n % perWriter) / 8));
      expect(rounds).toEqual([...rounds].sort((left, right) => left - right));
    }
  }, 60_000);

  it('gives no position to an append, whoever makes it, while an earlier one is open', async () => {
    const early = new Client({ connectionString: url });
    await early.connect();
    await early.query('BEGIN');
    await early.query(insertByHand, ['evt_early', names[0]]);
    const late = logs[0]?.commit({ events: [happened(2)] });
    await waitFor('the late append to wait for its turn', async () => {
      const waiting = await administer(
        url,
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
      );
      return waiting.length === 1;
    });
    await early.query('COMMIT');
    await late;
    await early.end();
    const rows = await administer(url, 'SELECT id FROM event_log ORDER BY position');
    expect(rows).toMatchObject([{ id: 'evt_early' }, { id: expect.stringMatching(/^evt_0/) }]);
  });

  it('wakes the other processes after an append, and not its own', async () => {
    const [mine] = stores as [PostgresStore];
    const other = await join();
    const woken = { mine: 0, other: 0 };
    mine.onForeignAppend(() => woken.mine++);
    other.onForeignAppend(() => woken.other++);
    // Both are told once when they begin to listen: something may have come before.
    await waitFor('both to listen', () => woken.mine === 1 && woken.other === 1);
    await logs[0]?.commit({ events: [happened(1)] });
    await waitFor('the other one', () => woken.other === 2);
    await logs[1]?.commit({ events: [happened(2)] });
    await waitFor('this one', () => woken.mine === 2);
    expect(woken).toEqual({ mine: 2, other: 2 });
  });

  it('wakes a process whose listening connection was cut, once it listens again', async () => {
    const [mine] = stores as [PostgresStore];
    let woken = 0;
    mine.onForeignAppend(() => woken++);
    await waitFor('it to listen', () => woken === 1);
    await administer(
      url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '% listener'",
    );
    await waitFor('it to listen again', () => woken === 2);
  });
});

describe('migrations', () => {
  it('run once, however many processes start at the same time', async () => {
    const server = await startPostgres();
    const url = await server.newDatabase();
    const stores = await Promise.all(
      Array.from({ length: 4 }, () => PostgresStore.open({ url, readersMax: 2 })),
    );
    const ran = await Promise.all(stores.map((store) => migrate(store, messagingMigrations, 1)));
    expect(ran.flat().sort()).toEqual(messagingMigrations.map(({ id }) => id).sort());
    expect(await migrate(stores[0] as PostgresStore, messagingMigrations, 2)).toEqual([]);
    await Promise.all(stores.map((store) => store.close()));
    await server.stop();
  });
});
