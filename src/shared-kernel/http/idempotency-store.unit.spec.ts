import { randomBytes } from 'node:crypto';
import { SecretBox } from '#shared-kernel/auth/secret-box.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '#shared-kernel/persistence/migrate.js';
import { SqliteStore } from '#shared-kernel/persistence/sqlite-store.js';
import { httpMigrations } from './http.migrations.js';
import { IdempotencyStore } from './idempotency-store.js';

describe('the store of idempotency keys', () => {
  const answer = { status: 201, headers: { location: '/a' }, body: '{"a":1}' };
  const use = (claim: string, key = 'k') => ({ owner: 'o', key, requestHash: 'h', claim });
  const minuteMs = 60_000;
  let folder: string;
  let store: SqliteStore;
  let keys: IdempotencyStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-idempotency-'));
    store = await SqliteStore.open({ file: join(folder, 'test.db') });
    await migrate(store, httpMigrations, 0);
    keys = new IdempotencyStore(store, new SecretBox(randomBytes(32)));
    // The first claim cleans, so that the ones after it meet rows that expired since.
    await keys.claim(use('first', 'other'), minuteMs);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('lets one of two runs take over from a dead one, and the dead one change nothing', async () => {
    const [one, two, three] = [use('1'), use('2'), use('3')];
    expect(await keys.claim(one, 1.1 * minuteMs - minuteMs)).toEqual({ kind: 'ours' });
    const outcomes = await Promise.all([
      keys.claim(two, 1.5 * minuteMs),
      keys.claim(three, 1.5 * minuteMs),
    ]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['ours', 'running']);
    await keys.keep(one, answer, 1.6 * minuteMs);
    await keys.release(one);
    expect(await keys.claim(use('4'), 1.6 * minuteMs)).toEqual({ kind: 'running' });
  });

  it('gives a kept answer back as it was', async () => {
    await keys.claim(use('1'), minuteMs);
    await keys.keep(use('1'), answer, minuteMs);
    expect(await keys.claim(use('2'), 2 * minuteMs)).toEqual({ kind: 'answered', answer });
    const other = { ...use('3'), requestHash: 'other' };
    expect(await keys.claim(other, 2 * minuteMs)).toEqual({ kind: 'mismatch' });
  });

  it('takes a key that vanished between two steps for one in use', async () => {
    await keys.claim(use('1'), minuteMs);
    const claim = keys.claim(use('2'), minuteMs);
    const find = store.find.bind(store);
    store.find = async (statement) => {
      await keys.release(use('1'));
      return find(statement);
    };
    expect(await claim).toEqual({ kind: 'running' });
  });
});
