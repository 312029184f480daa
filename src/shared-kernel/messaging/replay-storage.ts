import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import type { Store } from '#shared-kernel/persistence/store.js';
import type { ReactionTables, ReplayRow } from './reaction-tables.js';

/** What one batch of a replay came to. */
export interface ReplayStep {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly handled: number;
  readonly parked: number;
  readonly passedOver: number;
}

/** Conflict of a replay that another runner moved, or that a person ended. */
const replayIsMine = 'replay-is-mine';

/** Replays: a stretch of the log that one reaction works through once more. */
export class ReplayStorage {
  private readonly db;
  private readonly oldestRunning;

  constructor(private readonly store: Store) {
    this.db = queryBuilder<ReactionTables>(store.dialect);
    this.oldestRunning = prepared<{ reaction: string }>((p) =>
      this.db
        .selectFrom('reaction_replay')
        .selectAll()
        .where('reaction_id', '=', p('reaction'))
        .where('state', '=', 'running')
        .orderBy('id')
        .limit(1),
    );
  }

  add(row: ReplayRow): Write {
    return absent(compiled(this.db.insertInto('reaction_replay').values(row)), 'replay-is-new');
  }

  /** Asked in every round, so it is a point read. */
  async running(reaction: string): Promise<ReplayRow | undefined> {
    return this.store.find<ReplayRow & Record<string, unknown>>(this.oldestRunning({ reaction }));
  }

  async find(reaction: string, id: string): Promise<ReplayRow | undefined> {
    const query = this.ofReaction(reaction).where('id', '=', id);
    return this.store.find<ReplayRow & Record<string, unknown>>(compiled(query));
  }

  /** Newest first, before this id. */
  async list(reaction: string, before: string | undefined, limit: number): Promise<ReplayRow[]> {
    let query = this.ofReaction(reaction).orderBy('id', 'desc').limit(limit);
    if (before !== undefined) query = query.where('id', '<', before);
    return this.store.list<ReplayRow & Record<string, unknown>>(compiled(query));
  }

  /** Replays that run or wait for their turn. */
  async countRunning(reaction: string): Promise<number> {
    const query = this.db
      .selectFrom('reaction_replay')
      .select((e) => e.fn.countAll<number>().as('replays'))
      .where('reaction_id', '=', reaction)
      .where('state', '=', 'running');
    return (await this.store.find<{ replays: number }>(compiled(query)))?.replays ?? 0;
  }

  advance({ id, from, to, handled, parked, passedOver }: ReplayStep): Write {
    const update = this.db
      .updateTable('reaction_replay')
      .set((e) => ({
        position: to,
        handled: e('handled', '+', handled),
        parked: e('parked', '+', parked),
        passed_over: e('passed_over', '+', passedOver),
      }))
      .where('id', '=', id)
      .where('position', '=', from)
      .where('state', '=', 'running');
    return exactlyOne(compiled(update), replayIsMine);
  }

  /** Ends a running replay. */
  finish(id: string, state: 'done' | 'cancelled', nowMs: number): Write {
    const update = this.db
      .updateTable('reaction_replay')
      .set({ state, finished_at_ms: nowMs })
      .where('id', '=', id)
      .where('state', '=', 'running');
    return exactlyOne(compiled(update), replayIsMine);
  }

  private ofReaction(reaction: string) {
    return this.db.selectFrom('reaction_replay').selectAll().where('reaction_id', '=', reaction);
  }
}
