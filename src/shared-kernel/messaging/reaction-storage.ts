import { Injectable } from '@nestjs/common';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, always, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { LogScan } from './log-scan.js';
import { messagingMigrations } from './messaging.migrations.js';
import { ParkedStorage } from './parked-storage.js';
import type { ReactionRow, ReactionTables } from './reaction-tables.js';
import { ReplayStorage } from './replay-storage.js';

/** Conflict of a reaction that somebody else took over or a person changed meanwhile. */
export const reactionIsMine = 'reaction-is-mine';

/** What a runner's commit says of its reaction; `epoch` and `from` are what it knows of it. */
export interface ReactionProgress {
  readonly id: string;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  /** Events that were given to it with this commit. */
  readonly taken: number;
  /** Events that it handled with this commit, retried ones included. */
  readonly handled: number;
}

/** Where the events are that a reaction was given: `taken` is the sum of the others. */
export interface ReactionAccount {
  readonly id: string;
  readonly taken: number;
  readonly handled: number;
  readonly skipped: number;
  readonly dead: number;
  /** Waiting for a try, their own or that of an earlier event of their key. */
  readonly parked: number;
}

/** Checkpoints of reactions and who works them; parked events, replays and the log beside them. */
@Injectable()
@OwnsTables(messagingMigrations)
export class ReactionStorage {
  readonly parked: ParkedStorage;
  readonly replays: ReplayStorage;
  readonly log: LogScan;
  private readonly db;
  private readonly advance;
  private readonly byId;
  private readonly waitingForWork;

  constructor(private readonly store: Store) {
    this.parked = new ParkedStorage(store);
    this.replays = new ReplayStorage(store);
    this.log = new LogScan(store);
    this.db = queryBuilder<ReactionTables>(store.dialect);
    this.advance = prepared<ReactionProgress>((p) =>
      this.db
        .updateTable('reaction')
        .set((e) => ({
          position: p('to'),
          taken: e('taken', '+', p('taken')),
          handled: e('handled', '+', p('handled')),
        }))
        .where('id', '=', p('id'))
        .where('epoch', '=', p('epoch'))
        .where('position', '=', p('from')),
    );
    this.byId = prepared<{ id: string }>((p) =>
      this.db.selectFrom('reaction').selectAll().where('id', '=', p('id')),
    );
    this.waitingForWork = prepared<{ nowMs: number }>((p) =>
      this.db
        .selectFrom('reaction')
        .select('id')
        .where((e) =>
          e.or([
            e.exists(
              e
                .selectFrom('parked_event')
                .select('position')
                .whereRef('reaction_id', '=', 'reaction.id')
                .where('state', '=', 'parked')
                .where('due_at_ms', '<=', p('nowMs')),
            ),
            e.exists(
              e
                .selectFrom('reaction_replay')
                .select('reaction_replay.id')
                .whereRef('reaction_id', '=', 'reaction.id')
                .where('state', '=', 'running'),
            ),
          ]),
        ),
    );
  }

  async all(): Promise<ReactionRow[]> {
    const query = this.db.selectFrom('reaction').selectAll().orderBy('id');
    return this.store.list<ReactionRow & Record<string, unknown>>(compiled(query));
  }

  async find(id: string): Promise<ReactionRow | undefined> {
    return this.store.find<ReactionRow & Record<string, unknown>>(this.byId({ id }));
  }

  /** Reactions with a parked event that is due, or with a replay that runs. */
  async withWork(nowMs: number): Promise<string[]> {
    const rows = await this.store.list<{ id: string }>(this.waitingForWork({ nowMs }));
    return rows.map(({ id }) => id);
  }

  /** In one statement, since the sums are held against each other. */
  async accounts(): Promise<ReactionAccount[]> {
    const parkedOf = (query: typeof this.db) =>
      query
        .selectFrom('parked_event')
        .select((e) => e.fn.countAll<number>().as('events'))
        .whereRef('parked_event.reaction_id', '=', 'reaction.id' as never);
    const query = this.db
      .selectFrom('reaction')
      .select(['id', 'taken', 'handled', 'skipped'])
      .select([
        parkedOf(this.db).where('state', '=', 'dead').as('dead'),
        parkedOf(this.db).where('state', '<>', 'dead').as('parked'),
      ])
      .orderBy('id');
    return this.store.list<ReactionAccount & Record<string, unknown>>(compiled(query));
  }

  register(id: string, position: number, nowMs: number): Write {
    const insert = this.db.insertInto('reaction').values({
      id,
      position,
      registered_at_ms: nowMs,
      epoch: 0,
      taken: 0,
      handled: 0,
      skipped: 0,
    });
    return absent(compiled(insert), 'reaction-is-new');
  }

  rename(formerId: string, id: string): Write[] {
    const reaction = this.db.updateTable('reaction').set({ id }).where('id', '=', formerId);
    const [parked, replays] = (['parked_event', 'reaction_replay'] as const).map((table) =>
      this.db.updateTable(table).set({ reaction_id: id }).where('reaction_id', '=', formerId),
    );
    return [reaction, parked, replays].flatMap((q) =>
      q === undefined ? [] : [always(compiled(q))],
    );
  }

  /**
   * Moves the checkpoint and the counts; goes first in every commit of a runner, as its fence: who
   * lost the reaction, or missed a change that a person made, must not commit anything.
   */
  progress(progress: ReactionProgress): Write {
    return exactlyOne(this.advance(progress), reactionIsMine);
  }

  /** Takes the reaction over from whoever had it under this epoch. */
  take(id: string, epoch: number, owner: string | null): Write {
    const update = this.db
      .updateTable('reaction')
      .set((e) => ({ owner, epoch: e('epoch', '+', 1) }))
      .where('id', '=', id)
      .where('epoch', '=', epoch);
    return exactlyOne(compiled(update), reactionIsMine);
  }

  /**
   * Stops (a time) or lets go on (null) the reaction, whoever works it.
   *
   * @param epoch what the reaction must be at, when the change was decided on that
   */
  pause(id: string, pausedAtMs: number | null, epoch?: number): Write {
    const atEpoch = epoch ?? null;
    const update = this.db
      .updateTable('reaction')
      .set((e) => ({ paused_at_ms: pausedAtMs, epoch: e('epoch', '+', 1) }))
      .where('id', '=', id)
      .$if(atEpoch !== null, (query) => query.where('epoch', '=', atEpoch));
    return exactlyOne(compiled(update), 'reaction-exists');
  }

  /** Goes with every change of parked events by a person: the runner reads them anew. */
  changeByHand(id: string, skipped: number): Write {
    const update = this.db
      .updateTable('reaction')
      .set((e) => ({ epoch: e('epoch', '+', 1), skipped: e('skipped', '+', skipped) }))
      .where('id', '=', id);
    return exactlyOne(compiled(update), 'reaction-exists');
  }
}
