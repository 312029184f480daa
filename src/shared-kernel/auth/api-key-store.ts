import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { z } from 'zod';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { takeMigrationTurn } from '#shared-kernel/persistence/append-order.js';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, always, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import { type Dialect, Store } from '#shared-kernel/persistence/store.js';
import { authMigrations } from './auth.migrations.js';
import { scopes } from './scopes.js';

const rowSchema = z
  .object({
    id: z.string(),
    tenant: z.string().nullable(),
    name: z.string(),
    scope: z.enum(scopes),
    secret_hash: z.string(),
    created_at_ms: z.number(),
    revoked_at_ms: z.number().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    /** Null for a key of the operator. */
    tenant: row.tenant,
    name: row.name,
    scope: row.scope,
    secretHash: row.secret_hash,
    createdAtMs: row.created_at_ms,
    revokedAtMs: row.revoked_at_ms,
  }));

/** An API key as it is stored: of its secret there is only the hash. */
export type ApiKey = z.output<typeof rowSchema>;

/** An API key before it is stored. */
type NewKey = Omit<ApiKey, 'revokedAtMs'>;

/** The table of API keys. */
@Injectable()
@OwnsTables(authMigrations)
export class ApiKeyStore {
  private readonly sql;

  constructor(private readonly store: Store) {
    this.sql = statementsFor(store.dialect);
  }

  async find(id: string): Promise<ApiKey | undefined> {
    const row = await this.store.find(this.sql.find({ id }));
    return row === undefined ? undefined : rowSchema.parse(row);
  }

  /**
   * Newest first. `tenant` undefined lists the keys of all; `limit + 1` rows tell of a next page.
   */
  async list(query: ListQuery): Promise<ApiKey[]> {
    return z.array(rowSchema).parse(await this.store.list(this.sql.list(query)));
  }

  async isEmpty(): Promise<boolean> {
    return (await this.store.find(this.sql.any)) === undefined;
  }

  /** False when a key with this id is there already. */
  insert(key: NewKey): Promise<boolean> {
    return this.commit(absent(this.sql.insert(key), 'api-key-is-new'));
  }

  /** False when there is any key already. */
  async insertFirst(key: NewKey): Promise<boolean> {
    // Starts at the same time take turns here as they do for the tables: neither would see the key
    // of the other otherwise.
    const turn = { sql: takeMigrationTurn, parameters: [] };
    const turns = this.store.dialect === 'postgres' ? [always(turn)] : [];
    const insert = exactlyOne(this.sql.insertFirst(key), 'api-key-is-first');
    return (await this.store.commit([...turns, insert])).committed;
  }

  /** False when there is no such key in force, or when it is the operator's last admin key. */
  revoke(id: string, nowMs: number): Promise<boolean> {
    return this.commit(exactlyOne(this.sql.revoke({ id, nowMs }), 'api-key-may-go'));
  }

  private async commit(write: Write): Promise<boolean> {
    return (await this.store.commit([write])).committed;
  }
}

interface ListQuery {
  readonly tenant: string | undefined;
  /** Only keys with a smaller id, which are older. */
  readonly before: string | undefined;
  readonly limit: number;
}

interface Tables {
  readonly api_key: {
    id: string;
    tenant: string | null;
    name: string;
    scope: string;
    secret_hash: string;
    created_at_ms: number;
    revoked_at_ms: number | null;
  };
}

const columns = ['id', 'tenant', 'name', 'scope', 'secret_hash', 'created_at_ms'] as const;

function statementsFor(dialect: Dialect) {
  const db = queryBuilder<Tables>(dialect);
  return {
    find: prepared<{ id: string }>((p) =>
      db.selectFrom('api_key').selectAll().where('id', '=', p('id')),
    ),
    any: compiled(db.selectFrom('api_key').select('id').limit(1)),
    list({ tenant, before, limit }: ListQuery) {
      let query = db.selectFrom('api_key').selectAll().orderBy('id', 'desc').limit(limit);
      if (tenant !== undefined) query = query.where('tenant', '=', tenant);
      if (before !== undefined) query = query.where('id', '<', before);
      return compiled(query);
    },
    insert(key: NewKey) {
      const { id, tenant, name, scope, secretHash, createdAtMs } = key;
      const row = { id, tenant, name, scope, secret_hash: secretHash, created_at_ms: createdAtMs };
      return compiled(db.insertInto('api_key').values(row));
    },
    insertFirst({ id, tenant, name, scope, secretHash, createdAtMs }: NewKey) {
      const text = sql.join([id, tenant, name, scope, secretHash]);
      // Said to be a number, since PostgreSQL takes a value that is selected for text.
      const row = sql<Tables['api_key']>`SELECT ${text}, CAST(${createdAtMs} AS BIGINT)
        WHERE NOT EXISTS (SELECT 1 FROM api_key)`;
      return compiled(db.insertInto('api_key').columns(columns).expression(row));
    },
    // The condition stands in the statement, so that two requests at once cannot take the last two.
    revoke({ id, nowMs }: { id: string; nowMs: number }) {
      const otherAdmin = db
        .selectFrom('api_key as other')
        .select('other.id')
        .where('other.scope', '=', 'admin')
        .where('other.tenant', 'is', null)
        .where('other.revoked_at_ms', 'is', null)
        .where('other.id', '<>', id);
      return compiled(
        db
          .updateTable('api_key')
          .set({ revoked_at_ms: nowMs })
          .where('id', '=', id)
          .where('revoked_at_ms', 'is', null)
          .where((eb) =>
            eb.or([
              eb('scope', '<>', 'admin'),
              eb('tenant', 'is not', null),
              eb.exists(otherAdmin),
            ]),
          ),
      );
    },
  };
}
