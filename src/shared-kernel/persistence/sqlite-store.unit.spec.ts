import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { SqliteStore, type SqliteStoreOptions } from './sqlite-store.js';
import { absent, always, type SqlValue, type Statement, type Write } from './statement.js';

const statement = (sql: string, ...parameters: SqlValue[]): Statement => ({ sql, parameters });
const createBlobs = always(statement('CREATE TABLE b (id TEXT PRIMARY KEY, bytes BLOB)'));
const insert = (id: string, bytes = 10): Write =>
  absent(statement('INSERT INTO b VALUES (?, ?)', id, new Uint8Array(bytes)), `${id}-is-new`);
const allIds = statement('SELECT id FROM b ORDER BY id');
const unavailable = { code: 'storage.unavailable', definition: { status: 503 } };

describe('SqliteStore', () => {
  let folder: string;
  let store: SqliteStore;
  const open = async (options: Partial<SqliteStoreOptions> = {}) => {
    store = await SqliteStore.open({ file: join(folder, 'deep', 'test.db'), ...options });
    await store.commit([createBlobs]);
  };
  const ids = async () => (await store.list<{ id: string }>(allIds)).map(({ id }) => id);
  const commitUntilItWorks = async (write: Write) => {
    for (;;) {
      const outcome = await store.commit([write]).catch((error: unknown) => error);
      if (!(outcome instanceof Error)) return outcome;
      expect(outcome).toMatchObject(unavailable);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-store-'));
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes the folders and the file, and says where they stand', async () => {
    await open();
    expect(existsSync(join(folder, 'deep', 'test.db'))).toBe(true);
    expect(store.status()).toEqual({ waiting: 0, fault: null, folder: join(folder, 'deep') });
  });

  it('says which file cannot be opened, and why', async () => {
    await open();
    writeFileSync(
      join(folder, 'file'),
      'this is no database, and it is longer than a header'.repeat(9),
    );
    const below = join(folder, 'file', 'test.db');
    await expect(SqliteStore.open({ file: below })).rejects.toThrow(below);
    await expect(SqliteStore.open({ file: join(folder, 'file') })).rejects.toThrow(
      `the database ${join(folder, 'file')} cannot be opened: file is not a database`,
    );
    await expect(SqliteStore.open({ file: folder })).rejects.toThrow('unable to open');
  });

  it('answers 503 when the file has reached its size, and works again once there is room', async () => {
    await open({ bytesMax: 400_000 });
    let stored = 0;
    const fill = async () => {
      for (; ; stored++) await store.commit([insert(`f${stored}`, 30_000)]);
    };
    await expect(fill()).rejects.toMatchObject({ ...unavailable, retryAfterSeconds: 5 });
    expect(stored).toBeGreaterThan(5);
    await store.commit([always(statement('DELETE FROM b'))]);
    await store.commit([insert('after', 30_000)]);
    expect(await ids()).toEqual(['after']);
  });

  it('lets small commits land when a large one of their group fills the disk', async () => {
    await open({ bytesMax: 400_000 });
    const outcomes = await Promise.allSettled([
      store.commit([insert('a')]),
      store.commit([insert('huge', 600_000)]),
      store.commit([insert('b')]),
      store.commit([insert('a')]),
    ]);
    expect(outcomes).toMatchObject([
      { value: { committed: true } },
      { reason: unavailable },
      { value: { committed: true } },
      { value: { committed: false, conflict: 'a-is-new' } },
    ]);
    expect(await ids()).toEqual(['a', 'b']);
  });

  it('fails a whole group when the disk is full for many of it, and stores nothing of it', async () => {
    await open({ bytesMax: 400_000 });
    const group = Array.from({ length: 12 }, (_, n) => store.commit([insert(`h${n}`, 600_000)]));
    const outcomes = await Promise.allSettled([store.commit([insert('small')]), ...group]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: unavailable });
    expect(await ids()).toEqual([]);
  });

  it('refuses commits past the limit of waiting ones, and takes them again later', async () => {
    await open({ waitingMax: 10 });
    const all = Array.from({ length: 25 }, (_, n) => store.commit([insert(`w${n}`)]));
    const outcomes = await Promise.allSettled(all);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(15);
    for (const outcome of refused) {
      expect(outcome).toMatchObject({
        reason: { code: 'storage.overloaded', retryAfterSeconds: 1 },
      });
    }
    await store.commit([insert('later')]);
    expect(await ids()).toHaveLength(11);
  });

  it('closes in order although as many commits wait as may', async () => {
    await open({ waitingMax: 5 });
    const waiting = Array.from({ length: 5 }, (_, n) => store.commit([insert(`w${n}`)]));
    await store.close();
    expect(await Promise.all(waiting)).toHaveLength(5);
  });

  it('tells its observer of every group and every outcome', async () => {
    const groups: number[] = [];
    const outcomes: string[] = [];
    const observer = {
      group: (size: number) => void groups.push(size),
      outcome: (kind: string) => void outcomes.push(kind),
    };
    await open({ observer });
    const all = Array.from({ length: 1_200 }, (_, n) => store.commit([insert(`g${n % 1_100}`)]));
    await Promise.all(all);
    expect(groups.reduce((sum, size) => sum + size, 0)).toBe(1_201);
    expect(Math.max(...groups)).toBeLessThanOrEqual(1_000);
    expect(outcomes.filter((kind) => kind === 'conflict')).toHaveLength(100);
    expect(outcomes.filter((kind) => kind === 'committed')).toHaveLength(1_101);
  });

  it('fails what a dead writer has not answered, and works again soon', async () => {
    await open();
    await store.commit([insert('before')]);
    const { worker } = Reflect.get(store, 'writer') as { worker: Worker };
    const pending = Array.from({ length: 50 }, (_, n) => store.commit([insert(`p${n}`, 100_000)]));
    void worker.terminate();
    const outcomes = await Promise.allSettled(pending);
    const failed = outcomes.filter(({ status }) => status === 'rejected');
    expect(failed.length).toBeGreaterThan(0);
    for (const outcome of failed) expect(outcome).toMatchObject({ reason: unavailable });
    await expect(store.commit([insert('down')])).rejects.toMatchObject(unavailable);
    expect(await ids()).toContain('before');
    expect(await commitUntilItWorks(insert('again'))).toMatchObject({ committed: true });
    expect(await ids()).toContain('again');
  });

  it('knows all its SQL again after a writer died between a commit and its sending', async () => {
    await open();
    await store.commit([insert('before')]);
    const { worker } = Reflect.get(store, 'writer') as { worker: Worker };
    const queued = store.commit([always(statement('DELETE FROM b WHERE id = ?', 'before'))]);
    worker.emit('exit', 1);
    worker.removeAllListeners('exit');
    await expect(queued).rejects.toMatchObject(unavailable);
    await worker.terminate();
    await commitUntilItWorks(always(statement('DELETE FROM b WHERE id = ?', 'before')));
    await store.commit([insert('before')]);
    expect(await ids()).toEqual(['before']);
  });

  it('closes while its writer is down', async () => {
    await open();
    const { worker } = Reflect.get(store, 'writer') as { worker: Worker };
    await worker.terminate();
    await store.close();
    await expect(store.commit([])).rejects.toMatchObject(unavailable);
  });

  it('fails a read that a dead reader has not answered, and reads again soon', async () => {
    await open();
    const endless =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n';
    const { worker } = Reflect.get(store, 'reader') as { worker: Worker };
    const reading = store.list(statement(endless.replace('FROM n)', 'FROM n LIMIT 30000000)')));
    worker.emit('error', new Error('out of memory'));
    void worker.terminate();
    await expect(reading).rejects.toMatchObject({
      ...unavailable,
      cause: { message: 'out of memory' },
    });
    for (;;) {
      const rows = await ids().catch(() => null);
      if (rows !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await ids()).toEqual([]);
  });

  it('reads with a fresh connection after one that cannot read', async () => {
    await open();
    Reflect.set(Reflect.get(store, 'options') as object, 'file', folder);
    const one = statement('SELECT 1 AS one');
    await expect(store.find(one)).rejects.toMatchObject(unavailable);
    Reflect.set(Reflect.get(store, 'options') as object, 'file', join(folder, 'deep', 'test.db'));
    expect(await store.find(one)).toEqual({ one: 1 });
  });

  it('keeps every acknowledged commit when the process is killed', async () => {
    const script = new URL('../../../test/conformance/acknowledging-writer.ts', import.meta.url);
    const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
    const file = join(folder, 'killed.db');
    const child = spawn(process.execPath, [...flags, fileURLToPath(script), file]);
    let printed = '';
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.length > 1_000) child.kill('SIGKILL');
    });
    await once(child, 'close');
    expect(complaints).toBe('');
    const acknowledged = printed.split('\n').slice(0, -1).map(Number);
    expect(acknowledged.length).toBeGreaterThan(100);
    store = await SqliteStore.open({ file });
    const rows = await store.list<{ n: number }>(statement('SELECT n FROM acknowledged'));
    const stored = new Set(rows.map(({ n }) => n));
    expect(acknowledged.filter((n) => !stored.has(n))).toEqual([]);
  });
});
