import { Injectable } from '@nestjs/common';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, always, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { messagingMigrations } from './messaging.migrations.js';
import { eventLogStatements } from './event-log-statements.js';
import type { EventRow } from './event-row.js';

interface ReactionTable {
  id: string;
  position: number;
  registered_at_ms: number;
}

/**
 * `parked` waits for its next try, `waiting` stands behind a parked event of its key, `dead` waits
 * for a person.
 */
export type ParkedState = 'parked' | 'waiting' | 'dead';

interface ParkedTable {
  reaction_id: string;
  position: number;
  key: string;
  state: ParkedState;
  tries: number;
  due_at_ms: number;
  error_code: string;
  error_message: string;
  parked_at_ms: number;
}

interface Tables {
  reaction: ReactionTable;
  parked_event: ParkedTable;
}

/** A parked event as the runner reads it. */
export type ParkedEvent = Readonly<Pick<ParkedTable, 'position' | 'key' | 'tries' | 'due_at_ms'>>;

/** What parking one event writes down. */
export type Parking = Readonly<Omit<ParkedTable, 'reaction_id'>>;

/** Conflict of a checkpoint that is not where the runner left it. */
export const checkpointIsMine = 'checkpoint-is-mine';
/** Conflict of a parked event that somebody else settled meanwhile. */
export const eventIsParked = 'event-is-parked';

/** Checkpoints and parked events of reactions. */
@Injectable()
@OwnsTables(messagingMigrations)
export class ReactionStorage {
  private readonly db;
  private readonly log;
  private readonly move;
  private readonly anyParked;
  private readonly afterByNames = new Map<string, ReturnType<typeof this.log.after>>();

  constructor(private readonly store: Store) {
    this.db = queryBuilder<Tables>(store.dialect);
    this.log = eventLogStatements(store.dialect);
    this.move = prepared<{ id: string; from: number; to: number }>((p) =>
      this.db
        .updateTable('reaction')
        .set({ position: p('to') })
        .where('id', '=', p('id'))
        .where('position', '=', p('from')),
    );
    this.anyParked = prepared<{ id: string }>((p) =>
      this.db
        .selectFrom('parked_event')
        .select('position')
        .where('reaction_id', '=', p('id'))
        .where('state', 'in', ['parked', 'waiting'])
        .limit(1),
    );
  }

  async checkpoints(): Promise<Map<string, number>> {
    const query = this.db.selectFrom('reaction').select(['id', 'position']);
    const rows = await this.store.list<{ id: string; position: number }>(compiled(query));
    return new Map(rows.map(({ id, position }) => [id, position]));
  }

  register(id: string, position: number, nowMs: number): Write {
    const insert = this.db.insertInto('reaction').values({ id, position, registered_at_ms: nowMs });
    return absent(compiled(insert), 'reaction-is-new');
  }

  rename(formerId: string, id: string): Write[] {
    const reaction = this.db.updateTable('reaction').set({ id }).where('id', '=', formerId);
    const parked = this.db
      .updateTable('parked_event')
      .set({ reaction_id: id })
      .where('reaction_id', '=', formerId);
    return [always(compiled(reaction)), always(compiled(parked))];
  }

  /**
   * Moves the checkpoint; the expectation is the fence against a second runner of the same
   * reaction.
   */
  checkpoint(id: string, from: number, to: number): Write {
    return exactlyOne(this.move({ id, from, to }), checkpointIsMine);
  }

  park(reaction: string, parking: Parking): Write {
    const insert = this.db
      .insertInto('parked_event')
      .values({ reaction_id: reaction, ...parking })
      .onConflict((c) => c.columns(['reaction_id', 'position']).doUpdateSet(parking));
    return always(compiled(insert));
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

  /** Lets the next event that waits behind this key have its first try. */
  releaseNext(reaction: string, key: string, nowMs: number): Write {
    const next = this.db
      .selectFrom('parked_event')
      .select((e) => e.fn.min('position').as('position'))
      .where('reaction_id', '=', reaction)
      .where('key', '=', key)
      .where('state', '=', 'waiting');
    const update = this.db
      .updateTable('parked_event')
      .set({ state: 'parked', due_at_ms: nowMs })
      .where('reaction_id', '=', reaction)
      .where('position', '=', next);
    return always(compiled(update));
  }

  /** Whether any event waits for another try: asked in every round, so it is a point read. */
  async hasParked(reaction: string): Promise<boolean> {
    return (await this.store.find(this.anyParked({ id: reaction }))) !== undefined;
  }

  /** Events that are to be tried again, the next due first. */
  async parked(reaction: string, limit: number): Promise<ParkedEvent[]> {
    const query = this.db
      .selectFrom('parked_event')
      .select(['position', 'key', 'tries', 'due_at_ms'])
      .where('reaction_id', '=', reaction)
      .where('state', '=', 'parked')
      .orderBy('due_at_ms')
      .orderBy('position')
      .limit(limit);
    return this.store.list<ParkedEvent & Record<string, unknown>>(compiled(query));
  }

  /** Keys with an event that is to be tried again, behind which later events wait. */
  async blockedKeys(reaction: string): Promise<Set<string>> {
    const query = this.db
      .selectFrom('parked_event')
      .select('key')
      .distinct()
      .where('reaction_id', '=', reaction)
      .where('state', 'in', ['parked', 'waiting']);
    const rows = await this.store.list<{ key: string }>(compiled(query));
    return new Set(rows.map(({ key }) => key));
  }

  async countByState(): Promise<{ reaction_id: string; state: ParkedState; events: number }[]> {
    const query = this.db
      .selectFrom('parked_event')
      .select((e) => ['reaction_id', 'state', e.fn.countAll<number>().as('events')])
      .groupBy(['reaction_id', 'state']);
    return this.store.list(compiled(query));
  }

  async headPosition(): Promise<number> {
    const row = await this.store.find<{ head: number | null }>(this.log.head);
    return row?.head ?? 0;
  }

  /** When the first event behind this position happened, in milliseconds since the epoch. */
  async occurredAfter(position: number): Promise<number | undefined> {
    const row = await this.store.find<{ occurred_at_ms: number }>(
      this.log.occurredAfter({ position }),
    );
    return row?.occurred_at_ms;
  }

  async eventAt(position: number): Promise<EventRow | undefined> {
    return this.store.find<EventRow>(this.log.at({ position }));
  }

  /** The next events of these names in `(position, upTo]`. */
  async eventsAfter(
    names: readonly string[],
    position: number,
    upTo: number,
    limit: number,
  ): Promise<EventRow[]> {
    const cacheKey = names.join(' ');
    let after = this.afterByNames.get(cacheKey);
    if (after === undefined) {
      after = this.log.after(names);
      this.afterByNames.set(cacheKey, after);
    }
    return this.store.list<EventRow>(after({ position, upTo, limit }));
  }
}
