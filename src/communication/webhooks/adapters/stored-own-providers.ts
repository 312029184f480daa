import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import { Clock } from '#shared-kernel/domain/clock.js';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { type OwnProvider, OwnProviders } from '../domain/own-provider.js';
import { providerDefinitionSchema } from '../domain/provider-definition.js';

interface ProviderTable {
  tenant: string;
  name: string;
  /** JSON. */
  definition: string;
  created_at_ms: number;
  revision: number;
}

interface Tables {
  own_provider: ProviderTable;
  source: { id: string; tenant: string; provider: string };
}

/** How long another process's change of a definition may stay unseen. */
const cacheAgeMaxMs = 1_000;
/** Definitions kept in memory; the whole cache is dropped past it. */
const cacheSizeMax = 1_000;

/** Definitions of tenants in the store, with a cache for sources that are read anew. */
@Injectable()
export class StoredOwnProviders extends OwnProviders {
  private readonly db;
  private readonly cache = new Map<string, { provider: OwnProvider; readAtMs: number }>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {
    super();
    this.db = queryBuilder<Tables>(store.dialect);
  }

  async find(tenant: string, name: string): Promise<OwnProvider | undefined> {
    const key = cacheKey(tenant, name);
    const cached = this.cache.get(key);
    const nowMs = this.clock.now();
    if (cached !== undefined && nowMs - cached.readAtMs < cacheAgeMaxMs) return cached.provider;
    const query = this.db
      .selectFrom('own_provider')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('name', '=', name);
    const row = await this.store.find<Selectable<ProviderTable>>(compiled(query));
    if (row === undefined) {
      this.cache.delete(key);
      return undefined;
    }
    // An unchanged definition keeps its object, and its sources keep what they made of it.
    const isSame = cached?.provider.revision === row.revision;
    const provider = isSame ? cached.provider : providerOf(row);
    if (this.cache.size >= cacheSizeMax) this.cache.clear();
    this.cache.set(key, { provider, readAtMs: nowMs });
    return provider;
  }

  async list(tenant: string, limit: number, after: string | undefined): Promise<Page<OwnProvider>> {
    let query = this.db.selectFrom('own_provider').selectAll().where('tenant', '=', tenant);
    if (after !== undefined) query = query.where('name', '>', after);
    const rows = await this.store.list<Selectable<ProviderTable>>(
      compiled(query.orderBy('name').limit(limit + 1)),
    );
    return pageOf(rows, limit, ({ name }) => name, providerOf);
  }

  async isUsed(tenant: string, name: string): Promise<boolean> {
    const query = this.db
      .selectFrom('source')
      .select('id')
      .where('tenant', '=', tenant)
      .where('provider', '=', name)
      .limit(1);
    return (await this.store.find<{ id: string }>(compiled(query))) !== undefined;
  }

  add(provider: OwnProvider): Write {
    const query = this.db.insertInto('own_provider').values(rowOf(provider));
    return absent(compiled(query), 'provider-is-new');
  }

  replace(provider: OwnProvider, revision: number): Write {
    const query = this.db
      .updateTable('own_provider')
      .set({ definition: JSON.stringify(provider.definition), revision: provider.revision })
      .where('tenant', '=', provider.tenant)
      .where('name', '=', provider.definition.name)
      .where('revision', '=', revision);
    return exactlyOne(compiled(query), 'provider-is-unchanged');
  }

  remove({ tenant, definition: { name }, revision }: OwnProvider): Write {
    const sources = this.db
      .selectFrom('source')
      .select('id')
      .where('tenant', '=', tenant)
      .where('provider', '=', name);
    const query = this.db
      .deleteFrom('own_provider')
      .where('tenant', '=', tenant)
      .where('name', '=', name)
      .where('revision', '=', revision)
      .where((where) => where.not(where.exists(sources)));
    return exactlyOne(compiled(query), 'provider-is-unused');
  }

  forget(tenant: string, name: string): void {
    this.cache.delete(cacheKey(tenant, name));
  }
}

function cacheKey(tenant: string, name: string): string {
  return `${name} ${tenant}`;
}

function providerOf(row: Selectable<ProviderTable>): OwnProvider {
  return {
    tenant: row.tenant,
    definition: providerDefinitionSchema.parse(JSON.parse(row.definition)),
    createdAtMs: row.created_at_ms,
    revision: row.revision,
  };
}

function rowOf({ tenant, definition, createdAtMs, revision }: OwnProvider) {
  return {
    tenant,
    name: definition.name,
    definition: JSON.stringify(definition),
    created_at_ms: createdAtMs,
    revision,
  };
}
