import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import { SecretBox } from '#shared-kernel/auth/secret-box.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { type KnownSource, type SourceFilter, SourceRegistry } from '../domain/source-registry.js';
import { defaultSourceOptions, type SourceOptions } from '../domain/source-options.js';
import { type Source, type SourceSecret, withLiveSecrets } from '../domain/source.js';
import { KnownSources } from './known-sources.js';
import { webhookMigrations } from './webhook.migrations.js';

interface SourceTable {
  id: string;
  tenant: string;
  name: string;
  provider: string;
  /** JSON. */
  settings: string;
  /** JSON, sealed: the values of secrets never stand in the file in the clear. */
  secrets: string;
  /** JSON. */
  dedupe_key: string;
  /** JSON; what is absent has its default. */
  options: string;
  token: string;
  created_at_ms: number;
  revision: number;
}

type SourceRow = Selectable<SourceTable>;

/** How long another process's change of a source may stay unseen. */
const cacheAgeMaxMs = 1_000;
/** Sources kept in memory; the whole cache is dropped past it, which costs one read each. */
const cacheSizeMax = 10_000;

/** Sources in the store, with a cache for the address that every webhook asks for. */
@Injectable()
@OwnsTables(webhookMigrations)
export class StoredSources extends SourceRegistry {
  private readonly db;
  private readonly cache = new Map<string, { known: KnownSource; readAtMs: number }>();

  constructor(
    private readonly store: Store,
    private readonly secretBox: SecretBox,
    private readonly clock: Clock,
    private readonly knownSources: KnownSources,
  ) {
    super();
    this.db = queryBuilder<{ source: SourceTable }>(store.dialect);
  }

  async byToken(token: string): Promise<KnownSource | undefined> {
    const cached = this.cache.get(token);
    const nowMs = this.clock.now();
    if (cached !== undefined && nowMs - cached.readAtMs < cacheAgeMaxMs)
      return live(cached.known, nowMs);
    const query = this.db.selectFrom('source').selectAll().where('token', '=', token);
    const row = await this.store.find<SourceRow>(compiled(query));
    if (row === undefined) {
      this.cache.delete(token);
      return undefined;
    }
    const known = await this.knownSource(row, cached?.known);
    if (this.cache.size >= cacheSizeMax) this.cache.clear();
    this.cache.set(token, { known, readAtMs: nowMs });
    return live(known, nowMs);
  }

  async byId(tenant: string, id: string): Promise<Source | undefined> {
    const query = this.db
      .selectFrom('source')
      .selectAll()
      .where('id', '=', id)
      .where('tenant', '=', tenant);
    const row = await this.store.find<SourceRow>(compiled(query));
    return row && this.sourceOf(row);
  }

  async knownById(tenant: string, id: string): Promise<KnownSource | undefined> {
    const source = await this.byId(tenant, id);
    return source && live(await this.knownOf(source), this.clock.now());
  }

  knownOf(source: Source): Promise<KnownSource> {
    return this.knownSources.of(source);
  }

  async list({ tenant, limit, after }: SourceFilter): Promise<Page<Source>> {
    let query = this.db.selectFrom('source').selectAll().where('tenant', '=', tenant);
    if (after !== undefined) query = query.where('id', '>', after);
    const rows = await this.store.list<SourceRow>(compiled(query.orderBy('id').limit(limit + 1)));
    return pageOf(
      rows,
      limit,
      (row) => row.id,
      (row) => this.sourceOf(row),
    );
  }

  add(source: Source): Write {
    return absent(
      compiled(this.db.insertInto('source').values(this.rowOf(source))),
      'source-is-new',
    );
  }

  replace(source: Source, revision: number): Write {
    const { id, tenant, token, created_at_ms, ...changes } = this.rowOf(source);
    const query = this.db
      .updateTable('source')
      .set(changes)
      .where('id', '=', id)
      .where('tenant', '=', tenant)
      .where('revision', '=', revision);
    return exactlyOne(compiled(query), 'source-is-unchanged');
  }

  remove({ id, tenant, revision }: Source): Write {
    const query = this.db
      .deleteFrom('source')
      .where('id', '=', id)
      .where('tenant', '=', tenant)
      .where('revision', '=', revision);
    return exactlyOne(compiled(query), 'source-is-unchanged');
  }

  forget(token: string): void {
    this.cache.delete(token);
  }

  /** An unchanged source keeps its objects: imported keys are remembered by them. */
  private knownSource(row: SourceRow, before: KnownSource | undefined): Promise<KnownSource> {
    const isSame = before?.source.id === row.id && before.source.revision === row.revision;
    return this.knownSources.of(isSame ? before.source : this.sourceOf(row), before);
  }

  private sourceOf(row: SourceRow): Source {
    return {
      id: row.id,
      tenant: row.tenant,
      name: row.name,
      provider: row.provider,
      settings: JSON.parse(row.settings) as Source['settings'],
      secrets: secretsIn(this.secretBox.open(row.secrets, row.id)),
      dedupeKey: JSON.parse(row.dedupe_key) as Source['dedupeKey'],
      options: { ...defaultSourceOptions, ...(JSON.parse(row.options) as Partial<SourceOptions>) },
      token: row.token,
      createdAtMs: row.created_at_ms,
      revision: row.revision,
    };
  }

  private rowOf(source: Source): SourceRow {
    return {
      id: source.id,
      tenant: source.tenant,
      name: source.name,
      provider: source.provider,
      settings: JSON.stringify(source.settings),
      secrets: this.secretBox.seal(JSON.stringify(source.secrets), source.id),
      dedupe_key: JSON.stringify(source.dedupeKey),
      options: JSON.stringify(source.options),
      token: source.token,
      created_at_ms: source.createdAtMs,
      revision: source.revision,
    };
  }
}

/** Secrets that were stored before they could expire say nothing of it. */
function secretsIn(json: string): SourceSecret[] {
  const stored = JSON.parse(json) as (Omit<SourceSecret, 'expiresAtMs'> & Partial<SourceSecret>)[];
  return stored.map((secret) => ({ expiresAtMs: null, ...secret }));
}

/** The same object while no secret has expired: imported keys are remembered by their secrets. */
function live(known: KnownSource, nowMs: number): KnownSource {
  const source = withLiveSecrets(known.source, nowMs);
  return source === known.source ? known : { ...known, source };
}
