import { Injectable } from '@nestjs/common';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { eventLogStatements } from './event-log-statements.js';
import type { EventLogTables, EventRow } from './event-row.js';

/** Which events a list shows, newest first. */
export interface EventFilter {
  readonly tenant: string;
  readonly limit: number;
  /** The position before which the page begins. */
  readonly before: number | undefined;
  readonly type: string | undefined;
  readonly source: string | undefined;
  readonly correlationId: string | undefined;
  readonly occurredFromMs: number | undefined;
  readonly occurredBeforeMs: number | undefined;
  /** Whether events that reactions appended are shown beside those from outside. */
  readonly derived: boolean;
}

/** An event in a list: everything but its payload. */
export type ListedEvent = Omit<EventRow, 'payload'> & { readonly payload_bytes: number | null };

/** Reads the event log for people; reactions read it by checkpoint. */
@Injectable()
export class EventLogReader {
  private readonly db;
  private readonly sql;

  constructor(private readonly store: Store) {
    this.db = queryBuilder<EventLogTables>(store.dialect);
    this.sql = eventLogStatements(store.dialect);
  }

  async byId(tenant: string, id: string): Promise<EventRow | undefined> {
    const row = await this.store.find<EventRow>(this.sql.byId({ id }));
    return row?.tenant === tenant ? row : undefined;
  }

  async list(filter: EventFilter): Promise<Page<ListedEvent>> {
    const { limit, before, type, source, correlationId } = filter;
    let query = this.db
      .selectFrom('event_log')
      .select(listedColumns)
      .select((e) => e.fn<number | null>('length', ['payload']).as('payload_bytes'))
      .where('tenant', '=', filter.tenant);
    if (before !== undefined) query = query.where('position', '<', before);
    if (type !== undefined) query = query.where('type', '=', type);
    if (source !== undefined) query = query.where('source', '=', source);
    if (correlationId !== undefined) query = query.where('correlation_id', '=', correlationId);
    if (!filter.derived) query = query.where('hops', '=', 0);
    if (filter.occurredFromMs !== undefined) {
      query = query.where('occurred_at_ms', '>=', filter.occurredFromMs);
    }
    if (filter.occurredBeforeMs !== undefined) {
      query = query.where('occurred_at_ms', '<', filter.occurredBeforeMs);
    }
    const page = query.orderBy('position', 'desc').limit(limit + 1);
    const rows = await this.store.list<ListedEvent>(compiled(page));
    return pageOf(
      rows,
      limit,
      (row) => row.position,
      (row) => row,
    );
  }
}

const listedColumns = [
  'position',
  'id',
  'name',
  'version',
  'type',
  'source',
  'subject',
  'tenant',
  'key',
  'occurred_at_ms',
  'correlation_id',
  'causation_id',
  'traceparent',
  'hops',
  'data',
  'payload_type',
] as const;
