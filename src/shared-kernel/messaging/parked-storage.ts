import { type RawBuilder, sql } from 'kysely';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, always, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import type { Store } from '#shared-kernel/persistence/store.js';
import type { ParkedRow, ReactionTables } from './reaction-tables.js';

/** A parked event as the runner reads it. */
export type ParkedEvent = Pick<
  ParkedRow,
  'position' | 'key' | 'tries' | 'due_at_ms' | 'edited_data'
>;

/** What parking one event writes down. */
export type Parking = Omit<ParkedRow, 'reaction_id' | 'edited_data'>;

/** Conflict of a parked event that somebody else settled meanwhile. */
export const eventIsParked = 'event-is-parked';

/** Events that reactions could not handle, and those that wait behind them. */
export class ParkedStorage {
  private readonly db;
  private readonly anyOpen;

  constructor(private readonly store: Store) {
    this.db = queryBuilder<ReactionTables>(store.dialect);
    this.anyOpen = prepared<{ id: string }>((p) =>
      this.db
        .selectFrom('parked_event')
        .select('position')
        .where('reaction_id', '=', p('id'))
        .where('state', 'in', ['parked', 'waiting'])
        .limit(1),
    );
  }

  park(reaction: string, parking: Parking): Write {
    const insert = this.db
      .insertInto('parked_event')
      .values({ reaction_id: reaction, ...parking, edited_data: null });
    return absent(compiled(insert), 'event-is-not-parked');
  }

  /** Parks after a retry; the tries so far are the fence against a second runner. */
  parkAgain(reaction: string, parking: Parking, fromTries: number): Write {
    const update = this.db
      .updateTable('parked_event')
      .set(parking)
      .where('reaction_id', '=', reaction)
      .where('position', '=', parking.position)
      .where('state', '=', 'parked')
      .where('tries', '=', fromTries);
    return exactlyOne(compiled(update), eventIsParked);
  }

  /** Forgets a parked event that was handled; fenced like `parkAgain`. */
  unpark(reaction: string, position: number, fromTries: number): Write {
    const remove = this.db
      .deleteFrom('parked_event')
      .where('reaction_id', '=', reaction)
      .where('position', '=', position)
      .where('state', '=', 'parked')
      .where('tries', '=', fromTries);
    return exactlyOne(compiled(remove), eventIsParked);
  }

  /** Forgets an event that a person skips, whatever its state. */
  remove(reaction: string, position: number): Write {
    const remove = this.db
      .deleteFrom('parked_event')
      .where('reaction_id', '=', reaction)
      .where('position', '=', position);
    return exactlyOne(compiled(remove), eventIsParked);
  }

  /** Gives an event its next try now, with all its tries before it, as a person asks for. */
  retryNow(reaction: string, position: number, nowMs: number, data: string | null): Write {
    const update = this.db
      .updateTable('parked_event')
      .set({ state: 'parked', tries: 0, due_at_ms: nowMs })
      .$if(data !== null, (query) => query.set({ edited_data: data }))
      .where('reaction_id', '=', reaction)
      .where('position', '=', position)
      .where('state', 'in', ['parked', 'dead']);
    return exactlyOne(compiled(update), eventIsParked);
  }

  /** Lets the next event that waits behind this key have its first try. */
  releaseNext(reaction: string, key: string, nowMs: number): Write {
    const ofKey = () =>
      this.db.selectFrom('parked_event').where('reaction_id', '=', reaction).where('key', '=', key);
    const update = this.db
      .updateTable('parked_event')
      .set({ state: 'parked', due_at_ms: nowMs })
      .where('reaction_id', '=', reaction)
      .where(
        'position',
        '=',
        ofKey()
          .select((e) => e.fn.min('position').as('position'))
          .where('state', '=', 'waiting'),
      )
      // A dead event whose retry a person asked for may still stand in front.
      .where((e) => e.not(e.exists(ofKey().select('position').where('state', '=', 'parked'))));
    return always(compiled(update));
  }

  /** Whether any event waits for another try: asked in every round, so it is a point read. */
  async hasOpen(reaction: string): Promise<boolean> {
    return (await this.store.find(this.anyOpen({ id: reaction }))) !== undefined;
  }

  /** Events that are to be tried again, the next due first. */
  async parked(reaction: string, limit: number): Promise<ParkedEvent[]> {
    const query = this.db
      .selectFrom('parked_event')
      .select(['position', 'key', 'tries', 'due_at_ms', 'edited_data'])
      .where('reaction_id', '=', reaction)
      .where('state', '=', 'parked')
      .orderBy('due_at_ms')
      .orderBy('position')
      .limit(limit);
    return this.store.list<ParkedEvent & Record<string, unknown>>(compiled(query));
  }

  /**
   * Keys with an event that is to be tried again, behind which later events wait. Walks from key to
   * key, one index seek each, and never through the events of one.
   */
  async blockedKeys(reaction: string): Promise<Set<string>> {
    const keysOf = (state: ParkedRow['state'], after: RawBuilder<unknown> | null) =>
      sql`SELECT min(key) FROM parked_event WHERE reaction_id = ${reaction} AND state = ${state}
        ${after === null ? sql`` : sql`AND key > ${after}`}`;
    const walk = (name: string, state: ParkedRow['state']) => {
      const last = sql.ref(`${name}.key`);
      return sql`${sql.ref(name)} (key) AS (${keysOf(state, null)} UNION ALL
        SELECT (${keysOf(state, last)}) FROM ${sql.ref(name)} WHERE ${last} IS NOT NULL)`;
    };
    const query = sql`WITH RECURSIVE ${walk('parked_key', 'parked')},
      ${walk('waiting_key', 'waiting')}
      SELECT key FROM parked_key WHERE key IS NOT NULL
      UNION SELECT key FROM waiting_key WHERE key IS NOT NULL`;
    const statement = compiled({ compile: () => query.compile(this.db) });
    const rows = await this.store.list<{ key: string }>(statement);
    return new Set(rows.map(({ key }) => key));
  }

  /** Which of these positions have a row, whatever its state. */
  async among(reaction: string, positions: readonly number[]): Promise<Set<number>> {
    if (positions.length === 0) return new Set();
    const query = this.db
      .selectFrom('parked_event')
      .select('position')
      .where('reaction_id', '=', reaction)
      .where('position', 'in', [...positions]);
    const rows = await this.store.list<{ position: number }>(compiled(query));
    return new Set(rows.map(({ position }) => position));
  }
}
