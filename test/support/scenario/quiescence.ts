import { DiscoveryService } from '@nestjs/core';
import {
  type DueItem,
  dueWorkOptionsOf,
  type PerformsDueWork,
} from '#shared-kernel/messaging/due-work.js';
import { ReactionEngine } from '#shared-kernel/messaging/reaction-engine.js';
import type { BootedModules } from './booted-modules.ts';
import { parkedEvents } from './parked-events.ts';
import type { Recording } from './recording-pipeline.ts';

interface Performer {
  readonly effect: string;
  readonly worker: PerformsDueWork<DueItem>;
}

/** Tells when nothing happens any more unless somebody or the clock starts it. */
export class Quiescence {
  private readonly engine: ReactionEngine;
  private readonly performers: readonly Performer[];

  constructor(
    private readonly modules: BootedModules,
    private readonly recording: Recording,
    private readonly nowMs: () => number,
  ) {
    this.engine = modules.app.get(ReactionEngine, { strict: false });
    const providers = modules.app.get(DiscoveryService, { strict: false }).getProviders();
    this.performers = providers.flatMap(({ metatype, instance }) => {
      if (typeof metatype !== 'function' || instance === undefined) return [];
      const options = dueWorkOptionsOf(metatype);
      if (options === undefined) return [];
      return [{ effect: options.effect, worker: instance as PerformsDueWork<DueItem> }];
    });
  }

  /** Lets everything look for work that has become due. */
  wake(): void {
    this.engine.wakeAll();
    this.modules.log.announce({ due: this.performers.map(({ effect }) => effect) });
  }

  /** Why it is not quiet, null when it is: all checkpoints at the head, and nothing due now. */
  async unrest(): Promise<string | null> {
    const { store } = this.modules;
    const before = this.activity();
    if (this.recording.inFlight > 0) return `${this.recording.inFlight} handlers are running`;
    if (store.inFlight > 0) return `${store.inFlight} commits are under way`;
    const behind = (await this.engine.lag()).find(({ events }) => events > 0);
    if (behind !== undefined) return `${behind.reaction} is ${behind.events} events behind`;
    const dueAtMs = await this.nextDueAtMs();
    if (dueAtMs !== null && dueAtMs <= this.nowMs()) return 'something is due now';
    return this.activity() === before ? null : 'something happened meanwhile';
  }

  /** When the next parked event or due work wants a try; null when nothing does. */
  async nextDueAtMs(): Promise<number | null> {
    const parked = await parkedEvents(this.modules.store);
    const retries = parked.filter(({ state }) => state === 'parked');
    const effects = await Promise.all(this.performers.map(({ worker }) => worker.nextDueAtMs()));
    const times = [...retries.map(({ due_at_ms }) => due_at_ms), ...effects];
    const known = times.filter((time) => time !== null);
    return known.length === 0 ? null : Math.min(...known);
  }

  private activity(): string {
    const { store } = this.modules;
    return `${this.recording.handlings.length} ${this.recording.inFlight} ${store.inFlight}`;
  }
}
