import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import type { Store } from '#shared-kernel/persistence/store.js';
import { eventLogStatements } from './event-log-statements.js';
import type { EventLogTables, EventRow } from './event-row.js';

/** A stretch of the log and what a reaction wants of it. */
export interface ScanRange {
  /** Names of event contracts. */
  readonly names: readonly string[];
  /** Behind this position. */
  readonly after: number;
  /** Up to and with this one. */
  readonly upTo: number;
}

/** Narrows a range: null takes every event. */
export interface ScanFilter {
  readonly key: string | null;
  readonly type: string | null;
}

/** How much a range holds. */
export interface ScanCount {
  readonly [column: string]: unknown;
  readonly events: number;
  readonly first_position: number | null;
  readonly last_position: number | null;
  readonly first_at_ms: number | null;
  readonly last_at_ms: number | null;
}

/** Where the log begins. */
interface LogStart {
  readonly [column: string]: unknown;
  readonly position: number;
  readonly occurred_at_ms: number;
}

/** Reads the log in order, as reactions do. */
export class LogScan {
  private readonly db;
  private readonly sql;
  private readonly afterByNames = new Map<string, ReturnType<typeof this.sql.after>>();

  constructor(private readonly store: Store) {
    this.db = queryBuilder<EventLogTables>(store.dialect);
    this.sql = eventLogStatements(store.dialect);
  }

  /** Position of the newest event, 0 in an empty log. */
  async head(): Promise<number> {
    const row = await this.store.find<{ head: number | null }>(this.sql.head);
    return row?.head ?? 0;
  }

  /** The oldest event that the log still has. */
  async first(): Promise<LogStart | undefined> {
    const query = this.db
      .selectFrom('event_log')
      .select(['position', 'occurred_at_ms'])
      .orderBy('position')
      .limit(1);
    return this.store.find<LogStart>(compiled(query));
  }

  /** When the first event behind this position happened, in milliseconds since the epoch. */
  async occurredAfter(position: number): Promise<number | undefined> {
    const row = await this.store.find<{ occurred_at_ms: number }>(
      this.sql.occurredAfter({ position }),
    );
    return row?.occurred_at_ms;
  }

  /** Which events stand behind one position and up to another, by the names of their contracts. */
  async namesWithin(after: number, upTo: number): Promise<string[]> {
    const rows = await this.store.list<{ name: string }>(this.sql.namesWithin({ after, upTo }));
    return rows.map(({ name }) => name);
  }

  async eventAt(position: number): Promise<EventRow | undefined> {
    return this.store.find<EventRow>(this.sql.at({ position }));
  }

  /** The next events of these names, oldest first. */
  async next({ names, after, upTo }: ScanRange, limit: number): Promise<EventRow[]> {
    const cacheKey = names.join(' ');
    let statement = this.afterByNames.get(cacheKey);
    if (statement === undefined) {
      statement = this.sql.after(names);
      this.afterByNames.set(cacheKey, statement);
    }
    return this.store.list<EventRow>(statement({ position: after, upTo, limit }));
  }

  /** As `next`, for events that also pass a filter. */
  async nextMatching(range: ScanRange, filter: ScanFilter, limit: number): Promise<EventRow[]> {
    const query = this.matching(range, filter).selectAll().orderBy('position').limit(limit);
    return this.store.list<EventRow>(compiled(query));
  }

  /** Counts what `nextMatching` would give, with its ends. */
  async count(range: ScanRange, filter: ScanFilter): Promise<ScanCount> {
    const query = this.matching(range, filter).select((e) => [
      e.fn.countAll<number>().as('events'),
      e.fn.min('position').as('first_position'),
      e.fn.max('position').as('last_position'),
      e.fn.min('occurred_at_ms').as('first_at_ms'),
      e.fn.max('occurred_at_ms').as('last_at_ms'),
    ]);
    const [row] = await this.store.list<ScanCount>(compiled(query));
    if (row === undefined) throw new Error('a count answers one row');
    return row;
  }

  /** The position behind which everything happened at this time or later, the head if nothing. */
  async positionBefore(atMs: number): Promise<number> {
    const query = this.db
      .selectFrom('event_log')
      .select((e) => e.fn.min('position').as('first'))
      .where('occurred_at_ms', '>=', atMs);
    const [row] = await this.store.list<{ first: number | null }>(compiled(query));
    const first = row?.first ?? null;
    return first === null ? this.head() : first - 1;
  }

  private matching({ names, after, upTo }: ScanRange, { key, type }: ScanFilter) {
    let query = this.db
      .selectFrom('event_log')
      .where('position', '>', after)
      .where('position', '<=', upTo)
      .where('name', 'in', [...names]);
    if (key !== null) query = query.where('key', '=', key);
    if (type !== null) query = query.where('type', '=', type);
    return query;
  }
}
