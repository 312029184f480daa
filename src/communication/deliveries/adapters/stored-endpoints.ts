import { Injectable } from '@nestjs/common';
import { type Selectable, sql } from 'kysely';
import { SecretBox } from '#shared-kernel/auth/secret-box.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, always, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { defaultOptions } from '../domain/endpoint-options.js';
import type { Endpoint, EndpointSecret } from '../domain/endpoint.js';
import { type EndpointFilter, EndpointRegistry } from '../domain/endpoint-registry.js';
import type { KnownEndpoints } from '../domain/known-endpoints.js';
import { columnsOfFlow, flowOfColumns } from './endpoint-flow-columns.js';

interface EndpointTable {
  id: string;
  tenant: string;
  name: string;
  description: string | null;
  url: string;
  state: Endpoint['state'];
  disabled_reason: string | null;
  /** JSON, sealed: the values of secrets never stand in the database in the clear. */
  secrets: string;
  payload_format: Endpoint['payloadFormat'];
  /** JSON. */
  retry_policy: string;
  /** JSON: rate, concurrency, order, breaker. */
  flow: string;
  timeout_ms: number;
  /** JSON, sealed: it holds headers, keys and client secrets. Null for an endpoint without any. */
  options: string | null;
  /** JSON. */
  validation: string | null;
  created_at_ms: number;
  revision: number;
}

type EndpointRow = Selectable<EndpointTable>;

/** How long another process's change of an endpoint may stay unseen. */
const cacheAgeMaxMs = 1_000;
/** Endpoints kept in memory; the whole cache is dropped past it, which costs one read each. */
const cacheSizeMax = 10_000;

/** Endpoints in the store, with a cache for the one that every attempt asks for. */
@Injectable()
export class StoredEndpoints extends EndpointRegistry implements KnownEndpoints {
  private readonly db;
  private readonly byKey;
  private readonly cache = new Map<string, { endpoint: Endpoint; readAtMs: number }>();

  constructor(
    private readonly store: Store,
    private readonly secretBox: SecretBox,
    private readonly clock: Clock,
  ) {
    super();
    this.db = queryBuilder<{ endpoint: EndpointTable }>(store.dialect);
    this.byKey = prepared<{ id: string }>((p) =>
      this.db.selectFrom('endpoint').selectAll().where('id', '=', p('id')),
    );
  }

  async find(id: string): Promise<Endpoint | undefined> {
    const cached = this.cache.get(id);
    const nowMs = this.clock.now();
    if (cached !== undefined && nowMs - cached.readAtMs < cacheAgeMaxMs) return cached.endpoint;
    const row = await this.store.find<EndpointRow>(this.byKey({ id }));
    if (row === undefined) {
      this.cache.delete(id);
      return undefined;
    }
    // Opening the secrets costs more than the read: an unchanged endpoint is kept.
    const unchanged = cached?.endpoint.revision === row.revision;
    const endpoint = unchanged ? cached.endpoint : this.endpointOf(row);
    if (this.cache.size >= cacheSizeMax) this.cache.clear();
    this.cache.set(id, { endpoint, readAtMs: nowMs });
    return endpoint;
  }

  async byId(tenant: string, id: string): Promise<Endpoint | undefined> {
    const row = await this.store.find<EndpointRow>(this.byKey({ id }));
    return row?.tenant === tenant ? this.endpointOf(row) : undefined;
  }

  async list({ tenant, limit, after }: EndpointFilter): Promise<Page<Endpoint>> {
    let query = this.db.selectFrom('endpoint').selectAll().where('tenant', '=', tenant);
    if (after !== undefined) query = query.where('id', '>', after);
    const rows = await this.store.list<EndpointRow>(compiled(query.orderBy('id').limit(limit + 1)));
    return pageOf(
      rows,
      limit,
      (row) => row.id,
      (row) => this.endpointOf(row),
    );
  }

  add(endpoint: Endpoint): Write {
    const query = this.db.insertInto('endpoint').values(this.rowOf(endpoint));
    return absent(compiled(query), 'endpoint-is-new');
  }

  replace(endpoint: Endpoint): Write {
    const { id, tenant: _tenant, created_at_ms: _createdAtMs, ...changes } = this.rowOf(endpoint);
    const query = this.db
      .updateTable('endpoint')
      .set(changes)
      .where('id', '=', id)
      .where('revision', '=', endpoint.revision - 1);
    return exactlyOne(compiled(query), 'endpoint-is-unchanged');
  }

  disable(id: string, disabledReason: string): Write {
    const query = this.db
      .updateTable('endpoint')
      .set({
        state: 'disabled',
        disabled_reason: disabledReason,
        revision: sql<number>`revision + 1`,
      })
      .where('id', '=', id)
      .where('state', '=', 'enabled');
    return exactlyOne(compiled(query), 'endpoint-is-enabled');
  }

  recordValidation(id: string, validation: NonNullable<Endpoint['validation']>): Write {
    const query = this.db
      .updateTable('endpoint')
      .set({ validation: JSON.stringify(validation), revision: sql<number>`revision + 1` })
      .where('id', '=', id)
      .where('url', '=', validation.url);
    return always(compiled(query));
  }

  remove({ id, revision }: Endpoint): Write {
    const query = this.db
      .deleteFrom('endpoint')
      .where('id', '=', id)
      .where('revision', '=', revision);
    return exactlyOne(compiled(query), 'endpoint-is-unchanged');
  }

  forget(id: string): void {
    this.cache.delete(id);
  }

  private endpointOf(row: EndpointRow): Endpoint {
    const facts = {
      id: row.id,
      tenant: row.tenant,
      name: row.name,
      description: row.description,
      url: row.url,
      secrets: secretsOf(this.secretBox.open(row.secrets, row.id)),
      payloadFormat: row.payload_format,
      ...flowOfColumns(row),
      timeoutMs: row.timeout_ms,
      options: this.optionsOf(row),
      validation: JSON.parse(row.validation ?? 'null') as Endpoint['validation'],
      createdAtMs: row.created_at_ms,
      revision: row.revision,
    };
    return row.state === 'enabled'
      ? { ...facts, state: 'enabled', disabledReason: null }
      : { ...facts, state: 'disabled', disabledReason: row.disabled_reason ?? '' };
  }

  /** Options that came later than the row have their defaults. */
  private optionsOf({ id, options }: EndpointRow): Endpoint['options'] {
    if (options === null) return defaultOptions;
    const stored = JSON.parse(this.secretBox.open(options, optionsRowId(id))) as object;
    return { ...defaultOptions, ...stored };
  }

  private rowOf(endpoint: Endpoint): EndpointRow {
    const { options, validation } = endpoint;
    return {
      id: endpoint.id,
      tenant: endpoint.tenant,
      name: endpoint.name,
      description: endpoint.description,
      url: endpoint.url,
      state: endpoint.state,
      disabled_reason: endpoint.disabledReason,
      secrets: this.secretBox.seal(JSON.stringify(endpoint.secrets), endpoint.id),
      payload_format: endpoint.payloadFormat,
      ...columnsOfFlow(endpoint),
      timeout_ms: endpoint.timeoutMs,
      options: this.secretBox.seal(JSON.stringify(options), optionsRowId(endpoint.id)),
      validation: validation === null ? null : JSON.stringify(validation),
      created_at_ms: endpoint.createdAtMs,
      revision: endpoint.revision,
    };
  }
}

/** The two sealed values of a row must not open in each other's place. */
function optionsRowId(id: string): string {
  return `${id}/options`;
}

/** Secrets that were stored before they could end never do. */
function secretsOf(json: string): EndpointSecret[] {
  const stored = JSON.parse(json) as (Omit<EndpointSecret, 'expiresAtMs'> &
    Partial<EndpointSecret>)[];
  return stored.map((secret) => ({ ...secret, expiresAtMs: secret.expiresAtMs ?? null }));
}
