import { Injectable } from '@nestjs/common';
import { type ExpressionBuilder, sql } from 'kysely';
import type { z } from 'zod';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import type { EventLogTables, EventRow } from './event-row.js';
import { type logPointSchema, ReplayRanges } from './operations/replay-range.js';
import { RunnerParts } from './runner-parts.js';

/** A place in the log as clients name it. */
type LogPoint = z.output<typeof logPointSchema>;

/** A stretch of the log: behind `after`, up to and with `upTo`. Neither end ever moves. */
export interface LogStretch {
  readonly after: number;
  readonly upTo: number;
}

/** Which events of a stretch are meant. */
export interface TenantEventFilter {
  readonly tenant: string;
  /** Types, or beginnings of types followed by `*`; an empty list takes every type. */
  readonly types: readonly string[];
  /** Name of an event contract whose events are left out. */
  readonly without: string;
}

/** Where an event stands, and what it is. */
export type ListedType = Pick<EventRow, 'id' | 'type'>;

/**
 * Reads the events that came to one tenant from outside, in the order of the log: what a replay to
 * somebody outside is made of. Events that reactions appended are left out.
 */
@Injectable()
export class TenantEvents {
  private readonly db;
  private readonly ranges;

  constructor(private readonly parts: RunnerParts) {
    this.db = queryBuilder<EventLogTables>(parts.store.dialect);
    this.ranges = new ReplayRanges(parts);
  }

  /**
   * The stretch from one place to another, both included; what is left out reaches to the end of
   * the log as it is now.
   *
   * @throws `messaging.replay-range-invalid`, `messaging.replay-reaches-removed`
   */
  async stretch(from: LogPoint | undefined, to: LogPoint | undefined): Promise<LogStretch> {
    return this.ranges.find({ from, to }, await this.parts.storage.log.head());
  }

  async count(stretch: LogStretch, filter: TenantEventFilter): Promise<number> {
    const query = this.within(stretch, filter).select((e) => e.fn.countAll<number>().as('events'));
    const [row] = await this.parts.store.list<{ events: number }>(compiled(query));
    return row?.events ?? 0;
  }

  /** The next events, oldest first, without their payloads. */
  async next(stretch: LogStretch, filter: TenantEventFilter, limit: number) {
    const query = this.within(stretch, filter).select(listedColumns);
    return this.parts.store.list<Pick<EventRow, (typeof listedColumns)[number]>>(
      compiled(query.orderBy('position').limit(limit)),
    );
  }

  /** The types of these events; an event that the log no longer has is missing. */
  async typesOf(ids: readonly string[]): Promise<ListedType[]> {
    if (ids.length === 0) return [];
    const query = this.db
      .selectFrom('event_log')
      .select(['id', 'type'])
      .where('id', 'in', [...ids]);
    return this.parts.store.list<ListedType>(compiled(query));
  }

  /** Types of the newest events of a tenant, by name. @param looked events that are looked at */
  async newestTypes(tenant: string, looked: number): Promise<string[]> {
    const newest = this.db
      .selectFrom('event_log')
      .select('type')
      .where('tenant', '=', tenant)
      .where('hops', '=', 0)
      .orderBy('position', 'desc')
      .limit(looked);
    const query = this.db.selectFrom(newest.as('newest')).select('type').distinct().orderBy('type');
    const rows = await this.parts.store.list<{ type: string }>(compiled(query));
    return rows.map(({ type }) => type);
  }

  private within({ after, upTo }: LogStretch, { tenant, types, without }: TenantEventFilter) {
    const query = this.db
      .selectFrom('event_log')
      .where('position', '>', after)
      .where('position', '<=', upTo)
      .where('tenant', '=', tenant)
      .where('name', '<>', without)
      .where('hops', '=', 0);
    return types.length === 0
      ? query
      : query.where((e) => e.or(types.map((pattern) => isOfType(e, pattern))));
  }
}

const listedColumns = [
  'position',
  'id',
  'type',
  'source',
  'subject',
  'data',
  'correlation_id',
  'traceparent',
  'hops',
] as const;

/** Whether a type is the one that is meant, or begins as a pattern that ends in `*` does. */
export function typeMatches(type: string, pattern: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

/** As `typeMatches`. Not LIKE, for which SQLite takes small and capital letters as the same. */
function isOfType(e: ExpressionBuilder<EventLogTables, 'event_log'>, pattern: string) {
  if (!pattern.endsWith('*')) return e('type', '=', pattern);
  const start = pattern.slice(0, -1);
  // Characters, not UTF-16 units: so both databases count.
  return e(sql<string>`substr(type, 1, ${sql.lit(Array.from(start).length)})`, '=', start);
}
