import { createHash } from 'node:crypto';
import type { Migration } from './migration.js';
import { always, type Statement } from './statement.js';
import type { Store } from './store.js';

/** Stops the start: the database and this program do not belong together. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

interface Applied {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly checksum: string;
}

/**
 * Brings the tables up to date: forward only, each step in one commit with its record.
 *
 * @returns ids of the steps that ran
 * @throws MigrationError when a step fails (nothing of it stays), a released step was changed, or
 * the database was written by a newer program
 */
export async function migrate(
  store: Store,
  migrations: readonly Migration[],
  nowMs: number,
): Promise<string[]> {
  await store.commit([
    always(
      plain(
        'CREATE TABLE IF NOT EXISTS schema_migration (id TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at_ms BIGINT NOT NULL)',
      ),
    ),
  ]);
  const rows = await store.list<Applied>(plain('SELECT id, checksum FROM schema_migration'));
  const applied = new Map(rows.map((row) => [row.id, row.checksum]));
  const known = new Map(migrations.map((migration) => [migration.id, checksumOf(migration)]));
  refuseDuplicates(migrations);
  for (const [id, checksum] of applied) {
    const expected = known.get(id);
    if (expected === undefined) {
      throw new MigrationError(
        `the database has the step ${id}, which this version does not know: start the newer version that wrote it`,
      );
    }
    if (expected !== checksum) {
      throw new MigrationError(`the released step ${id} was changed: restore it, add a new step`);
    }
  }
  const missing = migrations.filter(({ id }) => !applied.has(id));
  for (const migration of missing) await apply(store, migration, nowMs);
  return missing.map(({ id }) => id);
}

async function apply(store: Store, migration: Migration, nowMs: number): Promise<void> {
  const record = plain(
    'INSERT INTO schema_migration (id, checksum, applied_at_ms) VALUES (?, ?, ?)',
    [migration.id, checksumOf(migration), nowMs],
  );
  const steps = migration.statements.map((text) => always(plain(text)));
  try {
    await store.commit([...steps, always(record)]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(`the step ${migration.id} failed: ${reason}`, { cause });
  }
}

function refuseDuplicates(migrations: readonly Migration[]): void {
  const ids = new Set<string>();
  for (const { id } of migrations) {
    if (ids.has(id)) throw new MigrationError(`the migration id ${id} is used twice`);
    ids.add(id);
  }
}

function plain(text: string, parameters: Statement['parameters'] = []): Statement {
  return { sql: text, parameters };
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.statements.join(';\n')).digest('hex');
}
