import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, always, exactlyOne } from '#shared-kernel/persistence/statement.js';
import type { Store } from '#shared-kernel/persistence/store.js';
import type { InstanceRow, ReactionTables } from './reaction-tables.js';
import type { LivingInstance } from './share-out.js';

/**
 * An instance whose heartbeat was not seen to move for this long is dead. Measured by the observer
 * alone, so that clocks of different machines need not agree.
 */
export const silenceMaxMs = 5_000;

/** How a process tells the living from the dead. */
export interface Observation {
  /** Milliseconds that only ever grow; not the time of day. */
  readonly elapsedMs: () => number;
  readonly silenceMaxMs: number;
}

/** What a look at the instances showed. */
export interface InstanceView {
  readonly alive: readonly LivingInstance[];
  /** Instances that died: to be buried once what they had claimed is given back. */
  readonly silent: readonly SilentInstance[];
}

/** An instance that died, at the heartbeat that was its last. */
export type SilentInstance = Pick<InstanceRow, 'id' | 'heartbeats'>;

interface Sighting {
  readonly heartbeats: number;
  readonly sinceMs: number;
}

/** The processes that share one database: says that this one lives, and sees who else does. */
export class InstanceRegistry {
  private readonly db;
  private readonly sightings = new Map<string, Sighting>();

  constructor(
    private readonly store: Store,
    private readonly self: LivingInstance,
    private readonly observation: Observation,
  ) {
    this.db = queryBuilder<ReactionTables>(store.dialect);
  }

  /** One heartbeat and a look at the others. */
  async beat(nowMs: number): Promise<InstanceView> {
    await this.sayAlive(nowMs);
    const rows = await this.store.list<InstanceRow & Record<string, unknown>>(
      compiled(this.db.selectFrom('instance').selectAll()),
    );
    const silent = rows.filter((row) => this.isSilent(row));
    const alive = rows
      .filter((row) => !silent.includes(row))
      .map(({ id, reactions }) => ({ id, reactions: JSON.parse(reactions) as string[] }));
    return { alive, silent: silent.map(({ id, heartbeats }) => ({ id, heartbeats })) };
  }

  /** Says that this process is about to end. */
  async leave(): Promise<void> {
    const remove = this.db.deleteFrom('instance').where('id', '=', this.self.id);
    await this.store.commit([always(compiled(remove))]);
  }

  /** Forgets an instance that died, unless it gave a sign of life meanwhile. */
  async bury({ id, heartbeats }: SilentInstance): Promise<void> {
    this.sightings.delete(id);
    const remove = this.db
      .deleteFrom('instance')
      .where('id', '=', id)
      .where('heartbeats', '=', heartbeats);
    await this.store.commit([always(compiled(remove))]);
  }

  /** A process that was taken for dead (it stood still) enters itself anew. */
  private async sayAlive(nowMs: number): Promise<void> {
    const { id, reactions } = this.self;
    const beat = this.db
      .updateTable('instance')
      .set((e) => ({ heartbeats: e('heartbeats', '+', 1) }))
      .where('id', '=', id);
    // Not behind what a busy process has to write: it would be taken for dead.
    const urgent = true;
    const alive = [exactlyOne(compiled(beat), 'instance-exists')];
    const { committed } = await this.store.commit(alive, { urgent });
    if (committed) return;
    const values = {
      id,
      heartbeats: 0,
      reactions: JSON.stringify(reactions),
      started_at_ms: nowMs,
    };
    const insert = this.db.insertInto('instance').values(values);
    await this.store.commit([absent(compiled(insert), 'instance-is-new')], { urgent });
  }

  private isSilent({ id, heartbeats }: InstanceRow): boolean {
    if (id === this.self.id) return false;
    // Nobody else can live on a database that is not shared.
    if (!this.store.isShared) return true;
    const last = this.sightings.get(id);
    const nowMs = this.observation.elapsedMs();
    if (last?.heartbeats === heartbeats) {
      return nowMs - last.sinceMs >= this.observation.silenceMaxMs;
    }
    this.sightings.set(id, { heartbeats, sinceMs: nowMs });
    return false;
  }
}
