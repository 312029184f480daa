import { Injectable } from '@nestjs/common';
import { type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import { SecretBox } from '#shared-kernel/auth/secret-box.js';
import { Settings } from '#shared-kernel/config/settings.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { Retains } from '#shared-kernel/messaging/retention/retains.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import {
  absent,
  always,
  exactlyOne,
  returning,
  type Write,
} from '#shared-kernel/persistence/statement.js';
import { type Row, Store } from '#shared-kernel/persistence/store.js';
import {
  Quarantine,
  type QuarantinedRequest,
  type QuarantineFilter,
  type RejectedRequest,
} from '../domain/quarantine.js';
import { RateLimiter } from '../domain/rate-limiter.js';

interface QuarantineTable {
  id: string;
  tenant: string;
  source_id: string;
  reason: QuarantinedRequest['reason'];
  method: string;
  url: string;
  address: string | null;
  /** JSON, sealed: they may hold credentials of the sender. */
  headers: string;
  body: Uint8Array;
  body_bytes: number;
  /** Of body and headers, as stored. */
  bytes: number;
  received_at_ms: number;
  expires_at_ms: number;
}

interface Tables {
  quarantined_request: QuarantineTable;
}

type QuarantineRow = Omit<Selectable<QuarantineTable>, 'body' | 'bytes'>;

/** What a source may still be sent before the oldest must leave. */
interface Room {
  requests: number;
  bytes: number;
}

const hourMs = 3_600_000;
/** Seconds of writes that one source may spend at once. */
const burstSeconds = 5;
/** Writes per second of all sources of this process together. */
const allWritesPerSecond = 200;
/**
 * Room of a source that is made at once: to look for it costs 0.7 ms at 1,000 requests, which must
 * not come with each write.
 */
const roomShare = 0.1;
/** Sources whose room is known; past it all are looked at again. */
const sourcesMax = 10_000;
const allSources = 'all';

/** Rejected requests in the store. */
@Injectable()
@Retains({
  forgets: [{ table: 'quarantined_request', key: ['id'], since: 'expires_at_ms', ends: true }],
})
export class StoredQuarantine extends Quarantine {
  private readonly db;
  private readonly limiter = new RateLimiter();
  private readonly room = new Map<string, Room>();

  constructor(
    private readonly store: Store,
    private readonly secretBox: SecretBox,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly meter: Meter,
  ) {
    super();
    this.db = queryBuilder<Tables>(store.dialect);
  }

  keep(request: RejectedRequest): Write[] {
    const kept = this.hasRoom(request);
    const outcome = kept ? 'kept' : 'skipped';
    this.meter.count('signalbox_quarantine_requests_total', { outcome });
    if (!kept) return [];
    const row = this.rowOf(request);
    const insert = this.db.insertInto('quarantined_request').values(row);
    return [absent(compiled(insert), 'request-is-new'), ...this.makeRoom(row)];
  }

  async byId(tenant: string, id: string): Promise<QuarantinedRequest | undefined> {
    const query = this.live({ tenant }).select(columns).where('id', '=', id);
    const row = await this.store.find<QuarantineRow & Row>(compiled(query));
    return row && this.requestOf(row);
  }

  async bodyOf(id: string): Promise<Uint8Array | undefined> {
    const query = this.db.selectFrom('quarantined_request').select('body').where('id', '=', id);
    const row = await this.store.find<{ body: Uint8Array }>(compiled(query));
    return row?.body;
  }

  async list(
    filter: QuarantineFilter,
    { limit, before }: { readonly limit: number; readonly before: string | undefined },
  ): Promise<Page<QuarantinedRequest>> {
    let query = this.live(filter).select(columns);
    if (before !== undefined) query = query.where('id', '<', before);
    const page = query.orderBy('id', 'desc').limit(limit + 1);
    const rows = await this.store.list<QuarantineRow & Row>(compiled(page));
    return pageOf(
      rows,
      limit,
      (row) => row.id,
      (row) => this.requestOf(row),
    );
  }

  async ids(
    filter: QuarantineFilter,
    { limit, after }: { readonly limit: number; readonly after: string | undefined },
  ): Promise<string[]> {
    let query = this.live(filter).select('id');
    if (after !== undefined) query = query.where('id', '>', after);
    const rows = await this.store.list<{ id: string }>(compiled(query.orderBy('id').limit(limit)));
    return rows.map(({ id }) => id);
  }

  remove(id: string): Write {
    const query = this.db.deleteFrom('quarantined_request').where('id', '=', id);
    return exactlyOne(compiled(query), 'request-is-quarantined');
  }

  removeSome(filter: QuarantineFilter, limit: number): Write {
    const some = this.live(filter).select('id').orderBy('id').limit(limit);
    const query = this.db.deleteFrom('quarantined_request').where('id', 'in', some);
    return returning(compiled(query.returning('id')));
  }

  removeOfSource(sourceId: string): Write {
    const query = this.db.deleteFrom('quarantined_request').where('source_id', '=', sourceId);
    return always(compiled(query));
  }

  private hasRoom({ sourceId, body, receivedAtMs }: RejectedRequest): boolean {
    const { quarantineRequestsMax, quarantineBytesMax, quarantineWritesPerSecond } = this.settings;
    const bodyBytesMax = quarantineBytesMax * (1 - roomShare);
    if (quarantineRequestsMax === 0 || body.byteLength > bodyBytesMax) return false;
    const ofOne = rateOf(quarantineWritesPerSecond);
    return (
      this.limiter.take(sourceId, ofOne, receivedAtMs) === 0 &&
      this.limiter.take(allSources, rateOf(allWritesPerSecond), receivedAtMs) === 0
    );
  }

  /**
   * After a trim a source has some room, and needs no other until that is used up. Instances know
   * only of their own writes: several of them can keep a tenth more each.
   */
  private makeRoom({ source_id: sourceId, bytes }: QuarantineTable): Write[] {
    const { quarantineRequestsMax, quarantineBytesMax } = this.settings;
    const room = this.room.get(sourceId);
    if (room !== undefined && room.requests >= 1 && room.bytes >= bytes) {
      room.requests--;
      room.bytes -= bytes;
      return [];
    }
    if (this.room.size >= sourcesMax) this.room.clear();
    const requests = Math.floor(quarantineRequestsMax * roomShare);
    const made = { requests, bytes: Math.floor(quarantineBytesMax * roomShare) };
    this.room.set(sourceId, made);
    return [this.trim(sourceId, quarantineRequestsMax - requests, quarantineBytesMax - made.bytes)];
  }

  /** Only the index is read: it holds the size of each request. */
  private trim(sourceId: string, requestsMax: number, bytesMax: number): Write {
    const query = sql`DELETE FROM quarantined_request WHERE id IN (
      SELECT id FROM (
        SELECT id, row_number() OVER newest AS place, sum(bytes) OVER newest AS total
        FROM quarantined_request WHERE source_id = ${sourceId}
        WINDOW newest AS (ORDER BY id DESC ROWS UNBOUNDED PRECEDING)
      ) AS ranked WHERE place > ${requestsMax} OR total > ${bytesMax}
    )`;
    return always(compiled({ compile: () => query.compile(this.db) }));
  }

  private live(
    filter: QuarantineFilter,
  ): SelectQueryBuilder<Tables, 'quarantined_request', object> {
    const { tenant, sourceId, reason, fromMs, toMs } = filter;
    let query = this.db
      .selectFrom('quarantined_request')
      .where('tenant', '=', tenant)
      .where('expires_at_ms', '>', this.clock.now());
    if (sourceId !== undefined) query = query.where('source_id', '=', sourceId);
    if (reason !== undefined) query = query.where('reason', '=', reason);
    if (fromMs !== undefined) query = query.where('received_at_ms', '>=', fromMs);
    if (toMs !== undefined) query = query.where('received_at_ms', '<', toMs);
    return query;
  }

  private rowOf(request: RejectedRequest): QuarantineTable {
    const { id, receivedAtMs, body } = request;
    const headers = this.secretBox.seal(JSON.stringify(request.headers), id);
    return {
      id,
      tenant: request.tenant,
      source_id: request.sourceId,
      reason: request.reason,
      method: request.method,
      url: request.url,
      address: request.address,
      headers,
      body,
      body_bytes: body.byteLength,
      bytes: body.byteLength + headers.length,
      received_at_ms: receivedAtMs,
      expires_at_ms: receivedAtMs + this.settings.quarantineKeepHours * hourMs,
    };
  }

  private requestOf(row: QuarantineRow): QuarantinedRequest {
    const headers = this.secretBox.open(row.headers, row.id);
    return {
      id: row.id,
      tenant: row.tenant,
      sourceId: row.source_id,
      reason: row.reason,
      method: row.method,
      url: row.url,
      address: row.address,
      headers: JSON.parse(headers) as QuarantinedRequest['headers'],
      bodyBytes: row.body_bytes,
      receivedAtMs: row.received_at_ms,
      expiresAtMs: row.expires_at_ms,
    };
  }
}

const columns = [
  'id',
  'tenant',
  'source_id',
  'reason',
  'method',
  'url',
  'address',
  'headers',
  'body_bytes',
  'received_at_ms',
  'expires_at_ms',
] as const;

function rateOf(perSecond: number) {
  return { perSecond, burst: perSecond * burstSeconds };
}
