import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, MigrationError } from './migrate.js';
import type { Migration } from './migration.js';
import { SqliteStore } from './sqlite-store.js';

const nowMs = Date.UTC(2026, 0, 1);
const create: Migration = {
  id: 'things.0001-create',
  statements: ['CREATE TABLE thing (id TEXT)', "INSERT INTO thing VALUES ('one')"],
};
const widen: Migration = {
  id: 'things.0002-widen',
  statements: [
    'ALTER TABLE thing ADD COLUMN size INTEGER',
    'CREATE INDEX thing_by_size ON thing (size)',
    "INSERT INTO thing VALUES ('two', 2)",
  ],
};

describe('migrate', () => {
  let folder: string;
  let store: SqliteStore;
  const rows = (sql: string) => store.list({ sql, parameters: [] });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-migrate-'));
    store = await SqliteStore.open({ file: join(folder, 'test.db') });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs every step once, in order, and writes down when', async () => {
    expect(await migrate(store, [create, widen], nowMs)).toEqual([create.id, widen.id]);
    expect(await migrate(store, [create, widen], nowMs + 1)).toEqual([]);
    expect(await rows('SELECT * FROM thing')).toEqual([
      { id: 'one', size: null },
      { id: 'two', size: 2 },
    ]);
    expect(await rows('SELECT id, applied_at_ms FROM schema_migration ORDER BY id')).toEqual([
      { id: create.id, applied_at_ms: nowMs },
      { id: widen.id, applied_at_ms: nowMs },
    ]);
  });

  it('runs only what a newer program added', async () => {
    await migrate(store, [create], nowMs);
    expect(await migrate(store, [create, widen], nowMs)).toEqual([widen.id]);
  });

  it('refuses a released step that was changed, and one that it does not know', async () => {
    await migrate(store, [create, widen], nowMs);
    const changed = { ...create, statements: ['CREATE TABLE thing (id TEXT, more TEXT)'] };
    await expect(migrate(store, [changed, widen], nowMs)).rejects.toThrow(
      'the released step things.0001-create was changed',
    );
    await expect(migrate(store, [create], nowMs)).rejects.toThrow(
      'the database has the step things.0002-widen, which this version does not know',
    );
  });

  it('refuses an id that is used twice before anything runs', async () => {
    const twice = migrate(store, [create, { ...widen, id: create.id }], nowMs);
    await expect(twice).rejects.toThrow('the migration id things.0001-create is used twice');
    expect(await rows("SELECT name FROM sqlite_master WHERE name = 'thing'")).toEqual([]);
  });

  it('leaves nothing of a step that fails, names it, and keeps the steps before it', async () => {
    const broken = {
      id: 'things.0003',
      statements: ['CREATE TABLE half (id TEXT)', 'CREATE TABEL'],
    };
    const failing = migrate(store, [create, broken], nowMs);
    await expect(failing).rejects.toThrow(MigrationError);
    await expect(failing).rejects.toThrow(/the step things\.0003 failed: .*TABEL/);
    expect(await rows("SELECT name FROM sqlite_master WHERE name = 'half'")).toEqual([]);
    expect(await rows('SELECT id FROM schema_migration')).toEqual([{ id: create.id }]);
    const mended = { ...broken, statements: ['CREATE TABLE half (id TEXT)'] };
    expect(await migrate(store, [create, mended], nowMs)).toEqual([broken.id]);
  });
});
