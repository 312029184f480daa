import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { Store } from '#shared-kernel/persistence/store.js';
import type { EventLogTables } from '../event-row.js';
import type { ParkedRow, ParkedState, ReactionTables } from '../reaction-tables.js';

/** Which parked events are meant; what is left out takes all. */
export interface ParkedFilter {
  readonly state?: ParkedState | undefined;
  readonly key?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly type?: string | undefined;
  /** Leaves out those that wait behind another one of their key. */
  readonly triable?: boolean;
}

/** A stretch of a reaction's parked events, in log order. */
export interface ParkedStretch {
  /** Behind this position. */
  readonly after: number;
  readonly limit: number;
}

/** What the log says of a parked event; null for all once retention has removed it there. */
interface EventFacts {
  readonly id: string | null;
  readonly name: string | null;
  readonly version: number | null;
  readonly type: string | null;
  readonly tenant: string | null;
}

/** A parked event as lists show it. */
export type ListedParkedEvent = Omit<ParkedRow, 'reaction_id' | 'edited_data'> &
  EventFacts & { readonly [column: string]: unknown; readonly is_edited: number };

/** A parked event with its data. */
export type WholeParkedEvent = ListedParkedEvent & {
  readonly data: string | null;
  readonly edited_data: string | null;
};

/** Reads parked events for people; the runner reads them by what is due. */
@Injectable()
export class ParkedEventReader {
  private readonly db;

  constructor(private readonly store: Store) {
    this.db = queryBuilder<ReactionTables & EventLogTables>(store.dialect);
  }

  /** In log order. */
  async list(
    reaction: string,
    filter: ParkedFilter,
    { after, limit }: ParkedStretch,
  ): Promise<ListedParkedEvent[]> {
    const query = this.matching(reaction, filter)
      .select(listedColumns)
      .select(isEdited.as('is_edited'))
      .where('parked_event.position', '>', after)
      .orderBy('parked_event.position')
      .limit(limit);
    return this.store.list<ListedParkedEvent>(compiled(query));
  }

  async count(reaction: string, filter: ParkedFilter): Promise<number> {
    const query = this.matching(reaction, filter).select((e) => [
      e.fn.countAll<number>().as('events'),
    ]);
    const [row] = await this.store.list<{ events: number }>(compiled(query));
    return row?.events ?? 0;
  }

  /** @param address id of the event; its position finds one that the log has lost, too */
  async find(reaction: string, address: string): Promise<WholeParkedEvent | undefined> {
    const isPosition = /^\d+$/.test(address);
    const query = this.matching(reaction, {})
      .select(listedColumns)
      .select(['event_log.data', 'parked_event.edited_data'])
      .select(isEdited.as('is_edited'))
      .$if(isPosition, (all) => all.where('parked_event.position', '=', Number(address)))
      .$if(!isPosition, (all) => all.where('event_log.id', '=', address));
    return this.store.find<WholeParkedEvent>(compiled(query));
  }

  /** When the oldest fault that is still open was noted, of each reaction that has one. */
  async oldest(): Promise<Map<string, number>> {
    const query = this.db
      .selectFrom('parked_event')
      .select((e) => ['reaction_id', e.fn.min('parked_at_ms').as('at_ms')])
      .groupBy('reaction_id');
    const rows = await this.store.list<{ reaction_id: string; at_ms: number }>(compiled(query));
    return new Map(rows.map(({ reaction_id: id, at_ms: atMs }) => [id, atMs]));
  }

  private matching(reaction: string, filter: ParkedFilter) {
    const { state, key, errorCode, type, triable = false } = filter;
    let query = this.db
      .selectFrom('parked_event')
      .leftJoin('event_log', 'event_log.position', 'parked_event.position')
      .where('parked_event.reaction_id', '=', reaction);
    if (state !== undefined) query = query.where('parked_event.state', '=', state);
    if (key !== undefined) query = query.where('parked_event.key', '=', key);
    if (errorCode !== undefined) query = query.where('parked_event.error_code', '=', errorCode);
    if (triable) query = query.where('parked_event.state', '<>', 'waiting');
    if (type !== undefined) query = query.where('event_log.type', '=', type);
    return query;
  }
}

const isEdited = sql<number>`CASE WHEN parked_event.edited_data IS NULL THEN 0 ELSE 1 END`;

const listedColumns = [
  'parked_event.position',
  'parked_event.key',
  'parked_event.state',
  'parked_event.tries',
  'parked_event.due_at_ms',
  'parked_event.error_code',
  'parked_event.error_message',
  'parked_event.parked_at_ms',
  'event_log.id',
  'event_log.name',
  'event_log.version',
  'event_log.type',
  'event_log.tenant',
] as const;
