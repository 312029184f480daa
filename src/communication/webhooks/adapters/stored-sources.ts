import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import { SecretBox } from '#shared-kernel/auth/secret-box.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { schemeOf } from '../domain/providers/registry.js';
import { type KnownSource, type SourceFilter, SourceRegistry } from '../domain/source-registry.js';
import type { Source } from '../domain/source.js';
import { webhookMigrations } from './webhook.migrations.js';

interface SourceTable {
  id: string;
  tenant: string;
  name: string;
  provider: Source['provider'];
  /** JSON. */
  settings: string;
  /** JSON, sealed: the values of secrets never stand in the file in the clear. */
  secrets: string;
  /** JSON. */
  dedupe_key: string;
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
  ) {
    super();
    this.db = queryBuilder<{ source: SourceTable }>(store.dialect);
  }

  async byToken(token: string): Promise<KnownSource | undefined> {
    const cached = this.cache.get(token);
    const nowMs = this.clock.now();
    if (cached !== undefined && nowMs - cached.readAtMs < cacheAgeMaxMs) return cached.known;
    const query = this.db.selectFrom('source').selectAll().where('token', '=', token);
    const row = await this.store.find<SourceRow>(compiled(query));
    if (row === undefined) {
      this.cache.delete(token);
      return undefined;
    }
    const known = this.knownSource(row, cached?.known);
    if (this.cache.size >= cacheSizeMax) this.cache.clear();
    this.cache.set(token, { known, readAtMs: nowMs });
    return known;
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
  private knownSource(row: SourceRow, before: KnownSource | undefined): KnownSource {
    if (before?.source.id === row.id && before.source.revision === row.revision) return before;
    const source = this.sourceOf(row);
    return { source, scheme: schemeOf(source.provider, source.settings) };
  }

  private sourceOf(row: SourceRow): Source {
    return {
      id: row.id,
      tenant: row.tenant,
      name: row.name,
      provider: row.provider,
      settings: JSON.parse(row.settings) as Source['settings'],
      secrets: JSON.parse(this.secretBox.open(row.secrets, row.id)) as Source['secrets'],
      dedupeKey: JSON.parse(row.dedupe_key) as Source['dedupeKey'],
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
      token: source.token,
      created_at_ms: source.createdAtMs,
      revision: source.revision,
    };
  }
}
