import type { Clock } from '#shared-kernel/domain/clock.js';
import type { Store } from '#shared-kernel/persistence/store.js';
import {
  InstanceRegistry,
  type Observation,
  type SilentInstance,
  silenceMaxMs,
} from './instance-registry.js';
import type { ReactionStorage } from './reaction-storage.js';
import type { ReactionRow } from './reaction-tables.js';
import { type LivingInstance, shareOut } from './share-out.js';

/** What changed for this process in one look at the leases. */
export interface LeaseChanges {
  /** Reactions whose row is not as this process last saw it: taken, lost, paused, changed. */
  readonly changed: readonly string[];
  /** Instances that died: give back what they had claimed, then bury them. */
  readonly silent: readonly SilentInstance[];
}

/**
 * Shares the reactions out among the processes on one database. A reaction belongs to one instance
 * as long as that one gives signs of life; whoever takes it over raises its epoch, which fences the
 * former owner out of every commit.
 */
export class ReactionLeases {
  private readonly registry: InstanceRegistry;
  private readonly epochs = new Map<string, number>();

  constructor(
    private readonly self: LivingInstance,
    private readonly storage: ReactionStorage,
    private readonly store: Store,
    private readonly clock: Clock,
    observation: Partial<Observation> = {},
  ) {
    const { elapsedMs = () => performance.now() } = observation;
    const { silenceMaxMs: silenceMs = silenceMaxMs } = observation;
    this.registry = new InstanceRegistry(store, self, { elapsedMs, silenceMaxMs: silenceMs });
  }

  /** One look: gives a sign of life, takes what is this process's share, gives up what is not. */
  async renew(): Promise<LeaseChanges> {
    const { alive, silent } = await this.registry.beat(this.clock.now());
    const rows = await this.storage.all();
    const known = new Set(alive.flatMap(({ reactions }) => reactions));
    const shares = shareOut([...known], alive);
    const living = new Set(alive.map(({ id }) => id));
    for (const row of rows) await this.settle(row, shares.get(row.id), living);
    return { changed: await this.changes(), silent };
  }

  /**
   * Forgets an instance that died. Last of all, so that whoever dies half-way through a takeover
   * leaves it to the next one.
   */
  async bury(instance: SilentInstance): Promise<void> {
    await this.registry.bury(instance);
  }

  /** Gives everything up at the end, so that nobody waits until this process counts as dead. */
  async release(): Promise<void> {
    for (const row of await this.storage.all()) {
      if (row.owner === this.self.id) await this.hand(row, null);
    }
    await this.registry.leave();
  }

  private async settle(
    row: ReactionRow,
    chosen: string | undefined,
    living: ReadonlySet<string>,
  ): Promise<void> {
    const isFree = row.owner === null || !living.has(row.owner);
    if (chosen === this.self.id && isFree) await this.hand(row, this.self.id);
    else if (row.owner === this.self.id && chosen !== this.self.id) await this.hand(row, null);
  }

  private async hand({ id, epoch }: ReactionRow, owner: string | null): Promise<void> {
    // A conflict means that somebody else was faster: the next look shows who has it.
    await this.store.commit([this.storage.take(id, epoch, owner)]);
  }

  private async changes(): Promise<string[]> {
    const changed: string[] = [];
    for (const { id, epoch } of await this.storage.all()) {
      if (this.epochs.get(id) !== epoch) changed.push(id);
      this.epochs.set(id, epoch);
    }
    return changed;
  }
}
