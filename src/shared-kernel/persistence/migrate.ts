import { createHash } from 'node:crypto';
import { takeMigrationTurn } from './append-order.js';
import type { Migration } from './migration.js';
import { inDialect } from './schema-dialect.js';
import { compiled, queryBuilder } from './sql.js';
import { absent, always, type Statement, type Write } from './statement.js';
import type { Dialect, Row, Store } from './store.js';

/** Stops the start: the database and this program do not belong together. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

interface Applied {
  readonly id: string;
  readonly checksum: string;
  readonly applied_at_ms: number;
}

/**
 * Brings the tables up to date: forward only, each step in one commit with its record. Processes
 * that start at the same time take turns; what one applied meanwhile the others leave out.
 *
 * @returns ids of the steps that ran here
 * @throws MigrationError when a step fails (nothing of it stays), a released step was changed, or
 * the database was written by a newer program
 */
export async function migrate(
  store: Store,
  migrations: readonly Migration[],
  nowMs: number,
): Promise<string[]> {
  refuseDuplicates(migrations);
  await store.commit([...turn(store), always(plain(inDialect(recordsTable, store.dialect)))]);
  const applied = await appliedSteps(store);
  const known = new Map(migrations.map(({ id, ...step }) => [id, checksumOf(step, store.dialect)]));
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
  const ran: string[] = [];
  for (const migration of migrations) {
    if (applied.has(migration.id)) continue;
    if (await apply(store, migration, nowMs)) ran.push(migration.id);
  }
  return ran;
}

const recordsTable =
  'CREATE TABLE IF NOT EXISTS schema_migration (id TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at_ms BIGINT NOT NULL)';

/** @returns whether it ran here; false when another process was faster */
async function apply(store: Store, migration: Migration, nowMs: number): Promise<boolean> {
  const { dialect } = store;
  const record = queryBuilder<{ schema_migration: Applied }>(dialect)
    .insertInto('schema_migration')
    .values({
      id: migration.id,
      checksum: checksumOf(migration, dialect),
      applied_at_ms: nowMs,
    });
  const steps = statementsOf(migration, dialect).map((text) =>
    always(plain(inDialect(text, dialect))),
  );
  try {
    // The record first: who comes second learns it before it touches a table.
    const isNew = absent(compiled(record), 'step-is-new');
    return (await store.commit([...turn(store), isNew, ...steps])).committed;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(`the step ${migration.id} failed: ${reason}`, { cause });
  }
}

async function appliedSteps(store: Store): Promise<Map<string, string>> {
  const rows = await store.list<Applied & Row>(plain('SELECT id, checksum FROM schema_migration'));
  return new Map(rows.map((row) => [row.id, row.checksum]));
}

/** Only a shared database has others to wait for. */
function turn({ dialect }: Store): Write[] {
  return dialect === 'postgres' ? [always(plain(takeMigrationTurn))] : [];
}

function refuseDuplicates(migrations: readonly Migration[]): void {
  const ids = new Set<string>();
  for (const { id } of migrations) {
    if (ids.has(id)) throw new MigrationError(`the migration id ${id} is used twice`);
    ids.add(id);
  }
}

function plain(text: string): Statement {
  return { sql: text, parameters: [] };
}

type Step = Pick<Migration, 'statements' | 'postgres'>;

function statementsOf({ statements, postgres }: Step, dialect: Dialect): readonly string[] {
  return dialect === 'postgres' ? (postgres ?? statements) : statements;
}

/** Of the statements as they are written: a better translation is not another step. */
function checksumOf(step: Step, dialect: Dialect): string {
  return createHash('sha256').update(statementsOf(step, dialect).join(';\n')).digest('hex');
}
