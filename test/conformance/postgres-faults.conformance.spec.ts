import { Client } from 'pg';
import { PostgresStore } from '../../src/shared-kernel/persistence/postgres-store.js';
import {
  absent,
  always,
  exactlyOne,
  returning,
  type Write,
} from '../../src/shared-kernel/persistence/statement.js';
import type { StoreObserver } from '../../src/shared-kernel/persistence/store.js';
import { waitFor } from '../../tools/support/wait-for.ts';
import { administer, startPostgres, type TestPostgres } from '../../tools/support/postgres.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const unavailable = { code: 'storage.unavailable' };
const plain = (sql: string, ...parameters: (string | number)[]) => ({ sql, parameters });
const insert = (id: string): Write =>
  absent(plain('INSERT INTO item VALUES ($1, 0)', id), `${id}-is-new`);
const add = (id: string): Write =>
  exactlyOne(plain('UPDATE item SET n = n + 1 WHERE id = $1', id), `${id}-exists`);
const all = plain('SELECT id, n FROM item ORDER BY id');

describe('PostgreSQL as a store, when something fails', () => {
  let server: TestPostgres;
  let url: string;
  let proxy: TcpProxy;
  let throughProxy: string;
  let store: PostgresStore;
  let other: Client;

  const writers = async () =>
    administer(url, "SELECT pid FROM pg_stat_activity WHERE application_name LIKE '% writer'");
  const killWriter = () =>
    administer(
      url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '% writer'",
    );
  /** Until the writer waits for a lock that somebody else holds. */
  const writerWaits = () =>
    waitFor('the writer to wait for a lock', async () => {
      const waiting = await administer(
        url,
        "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE '% writer' AND wait_event_type = 'Lock'",
      );
      return waiting.length > 0;
    });
  const numbers = async () =>
    Object.fromEntries((await store.list<{ id: string; n: number }>(all)).map((r) => [r.id, r.n]));
  const works = () =>
    waitFor('the store to work again', () =>
      store.commit([insert(`again ${performance.now()}`)]).catch(() => undefined),
    );

  beforeAll(async () => {
    server = await startPostgres();
  });
  beforeEach(async () => {
    url = await server.newDatabase();
    proxy = await startTcpProxy(Number(new URL(url).port));
    const proxied = new URL(url);
    proxied.port = String(proxy.port);
    throughProxy = proxied.toString();
    store = await PostgresStore.open({ url: throughProxy, answerTimeoutMs: 2_000 });
    await store.commit([always(plain('CREATE TABLE item (id TEXT PRIMARY KEY, n BIGINT)'))]);
    await store.commit([insert('a'), insert('b')]);
    other = new Client({ connectionString: url });
    await other.connect();
  });
  afterEach(async () => {
    await other.end();
    await store.close();
    await proxy.down();
  });
  afterAll(() => server.stop());

  it('opens a lost connection again without telling anybody', async () => {
    await killWriter();
    await waitFor('the end of the connection', async () => (await writers()).length === 0);
    expect(await store.commit([add('a')])).toMatchObject({ committed: true });
    expect(await numbers()).toEqual({ a: 1, b: 0 });
  });

  it.each([
    ['a change of one row', add('a')],
    ['a change of any', always(plain('UPDATE item SET n = n + 1 WHERE id = $1', 'a'))],
  ])('does %s once more, when the server ended it before the commit', async (_what, write) => {
    await other.query("BEGIN; UPDATE item SET n = 40 WHERE id = 'a'");
    const committing = store.commit([write, insert('c')]);
    await writerWaits();
    await killWriter();
    await writerWaits();
    await other.query('COMMIT');
    expect(await committing).toMatchObject({ committed: true });
    expect(await numbers()).toEqual({ a: 41, b: 0, c: 0 });
  });

  it('says that the outcome is unknown when the answer to COMMIT got lost', async () => {
    proxy.cutAfter = 'COMMIT';
    await expect(store.commit([insert('c')])).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining('whether this request was stored is unknown'),
    });
    expect(store.status().fault).toContain('unknown');
    // It was.
    await waitFor('the row', async () => (await numbers())['c'] === 0);
    expect(await store.commit([insert('c')])).toEqual({ committed: false, conflict: 'c-is-new' });
    expect(store.status().fault).toBeNull();
  });

  it('does a group again that met a deadlock', async () => {
    // The server ends the one that looks first.
    await other.query("SET deadlock_timeout = '60s'");
    await other.query("BEGIN; UPDATE item SET n = n + 10 WHERE id = 'b'");
    const committing = store.commit([add('a'), add('b'), insert('c')]);
    await writerWaits();
    await other.query("UPDATE item SET n = n + 10 WHERE id = 'a'");
    await other.query('COMMIT');
    expect(await committing).toMatchObject({ committed: true });
    expect(await numbers()).toEqual({ a: 11, b: 11, c: 0 });
  });

  it('answers 503 at once while the server is away, and works when it is back', async () => {
    await proxy.down();
    await expect(store.commit([add('a')])).rejects.toMatchObject(unavailable);
    await expect(store.find(all)).rejects.toMatchObject(unavailable);
    await expect(store.list(all)).rejects.toMatchObject(unavailable);
    expect(store.status().fault).toContain('The database cannot work now');
    const many = Array.from({ length: 50 }, () => store.commit([add('a')]));
    for (const outcome of await Promise.allSettled(many)) {
      expect(outcome).toMatchObject({ reason: unavailable });
    }
    await proxy.up();
    await works();
    expect(await numbers()).toMatchObject({ a: 0, b: 0 });
  });

  it('gives a connection up on which the server has become silent', async () => {
    proxy.silent = true;
    await expect(store.commit([add('a')])).rejects.toMatchObject(unavailable);
    proxy.silent = false;
    await works();
  });

  it('reads and writes tables that a newer program changed meanwhile', async () => {
    const read = plain('SELECT * FROM item WHERE id = $1', 'a');
    const write = returning(plain('UPDATE item SET n = 7 WHERE id = $1 RETURNING *', 'a'));
    // Twice, so that the connections keep them prepared.
    for (let time = 0; time < 2; time++) {
      await store.list(read);
      await store.find(read);
      await store.commit([write]);
    }
    await other.query("ALTER TABLE item ADD COLUMN note TEXT DEFAULT 'new'");
    expect(await store.list(read)).toEqual([{ id: 'a', n: 7, note: 'new' }]);
    expect(await store.find(read)).toEqual({ id: 'a', n: 7, note: 'new' });
    expect(await store.commit([write])).toMatchObject({
      committed: true,
      rows: [[{ id: 'a', n: 7, note: 'new' }]],
    });
  });

  it('refuses commits past the limit of waiting ones, and takes them again later', async () => {
    const small = await PostgresStore.open({ url, waitingMax: 10 });
    const commits = Array.from({ length: 25 }, (_, n) => small.commit([insert(`w${n}`)]));
    const urgent = small.commit([insert('urgent')], { urgent: true });
    const landed: string[] = [];
    void commits[0]?.then(() => landed.push('first'));
    void urgent.then(() => landed.push('urgent'));
    const outcomes = await Promise.allSettled(commits);
    await expect(urgent).resolves.toMatchObject({ committed: true });
    expect(landed[0]).toBe('urgent');
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(15);
    for (const outcome of refused) {
      expect(outcome).toMatchObject({
        reason: { code: 'storage.overloaded', retryAfterSeconds: 1 },
      });
    }
    await small.commit([insert('later')]);
    await small.close();
  });

  it('lands what it can of a group in which many fail, in order', async () => {
    const outcomes: string[] = [];
    const groups: number[] = [];
    const observer: StoreObserver = {
      group: (size) => groups.push(size),
      outcome: (kind) => outcomes.push(kind),
    };
    const observed = await PostgresStore.open({ url, observer });
    const commits = Array.from({ length: 400 }, (_, n) =>
      n % 5 === 4
        ? observed.commit([add(`k${n}`), insert(`k${n}`)])
        : observed.commit([insert(`k${n % 100}`)]),
    );
    const results = await Promise.all(commits);
    expect(results.map(({ committed }) => committed)).toEqual(
      results.map((_, n) => n % 5 !== 4 && n < 100),
    );
    expect(groups).toEqual([400]);
    expect(outcomes.filter((kind) => kind === 'conflict')).toHaveLength(320);
    await observed.close();
  });

  it('never acknowledges before the commit is on the disk, whatever the database says', async () => {
    const name = new URL(url).pathname.slice(1);
    await administer(url, `ALTER DATABASE ${name} SET synchronous_commit = off`);
    const careful = await PostgresStore.open({ url });
    const shown = await careful.commit([
      returning(plain("SELECT current_setting('synchronous_commit') AS setting")),
    ]);
    expect(shown).toMatchObject({ rows: [[{ setting: 'on' }]] });
    await careful.close();
  });

  it('gives up a start with what is wrong and what to do, and never the password', async () => {
    const wrong = (change: (url: URL) => void) => {
      const changed = new URL(throughProxy);
      change(changed);
      return PostgresStore.open({ url: changed.toString(), connectTimeoutMs: 1_000 });
    };
    const { password } = new URL(url);
    const port = String(proxy.port);
    await expect(wrong((at) => (at.pathname = '/nowhere'))).rejects.toThrow(
      `PostgreSQL at 127.0.0.1:${port} (database nowhere, user postgres) cannot be used: database "nowhere" does not exist. Make the database (createdb)`,
    );
    const refused = wrong((at) => (at.password = 'secret-guess'));
    await expect(refused).rejects.toThrow(/password authentication failed.*Mend the user/);
    await expect(refused).rejects.not.toThrow(new RegExp(`secret-guess|${password}`));
    proxy.silent = true;
    await expect(wrong(() => undefined)).rejects.toThrow(/timeout expired. Start the server/);
    proxy.silent = false;
    await proxy.down();
    await expect(wrong(() => undefined)).rejects.toThrow(/ECONNREFUSED.*Start the server/);
    await proxy.up();
  });
});
