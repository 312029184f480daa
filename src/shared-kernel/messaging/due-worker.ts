import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '#shared-kernel/domain/clock.js';
import type { DueItem, DueWorkOptions, PerformsDueWork, WorkerClaim } from './due-work.js';
import type { Pipeline } from './pipeline.js';
import type { PipelineMessage } from './pipeline-message.js';
import { type NextRoundAtMs, WakeableLoop } from './wakeable-loop.js';

/**
 * Share of the places that one lane may hold, so that a hanging target leaves room for the others.
 */
const laneShare = 0.75;
const claimShareDefault = 0.25;

/** Who works, and on how much at once. */
export interface WorkPlace {
  readonly instanceId: string;
  readonly concurrency: number;
}

/** Runs one kind of due work with bounded concurrency. */
export class DueWorker {
  private readonly inFlight = new Map<Promise<void>, DueItem>();
  private readonly lanes = new Map<string, number>();
  private readonly loop: WakeableLoop;
  private readonly laneMax: number;
  private readonly claimMax: number;

  constructor(
    private readonly options: DueWorkOptions,
    private readonly performer: PerformsDueWork<DueItem>,
    private readonly place: WorkPlace,
    private readonly parts: { readonly pipeline: Pipeline; readonly clock: Clock },
    failed: (error: unknown) => void,
  ) {
    const { claimShare = claimShareDefault } = options;
    this.laneMax = Math.max(1, Math.floor(place.concurrency * laneShare));
    this.claimMax = Math.max(1, Math.floor(place.concurrency * claimShare));
    this.loop = new WakeableLoop(
      () => this.round(),
      failed,
      () => this.parts.clock.now(),
    );
  }

  wake(): void {
    this.loop.wake();
  }

  /** Takes over what an instance that died had claimed. @returns how many items */
  async reclaim(instanceId: string): Promise<number> {
    const items = await this.performer.reclaim(instanceId, this.parts.clock.now());
    if (items > 0) this.wake();
    return items;
  }

  /** Takes over what any other instance had claimed. @returns how many items */
  reclaimOthers(): Promise<number> {
    return this.performer.reclaimOthers(this.place.instanceId, this.parts.clock.now());
  }

  /** Claims nothing more, lets what is in flight end for a while, and gives the rest back. */
  async stop(drainTimeoutMs: number): Promise<void> {
    await this.loop.stop();
    const deadline = new AbortController();
    const drained = Promise.all(this.inFlight.keys()).finally(() => deadline.abort());
    const late = pause(drainTimeoutMs, undefined, { signal: deadline.signal });
    await Promise.race([drained, late.catch(() => undefined)]);
    await Promise.all([...this.inFlight.values()].map((item) => this.performer.release(item)));
  }

  private async round(): Promise<NextRoundAtMs> {
    for (;;) {
      const free = this.place.concurrency - this.inFlight.size;
      // Every place is taken: the first that gets free wakes the loop.
      if (free <= 0 || this.loop.isStopping) return null;
      const dueAtMs = await this.performer.nextDueAtMs();
      if (dueAtMs === null || dueAtMs > this.parts.clock.now()) return dueAtMs;
      const limit = Math.min(free, this.claimMax);
      const items = await this.performer.claim(this.claimOf(limit));
      for (const item of items) this.start(item);
      if (items.length > 0) continue;
      // Nothing of what is due may be tried now: it waits for a lane that gets free, or for a time.
      const laterMs = await this.performer.nextDueAtMs();
      return laterMs !== null && laterMs > this.parts.clock.now() ? laterMs : null;
    }
  }

  private claimOf(limit: number): WorkerClaim {
    const busyLanes = [...this.lanes]
      .filter(([, inFlight]) => inFlight >= this.laneMax)
      .map(([lane]) => lane);
    const { instanceId: claimedBy, concurrency: places } = this.place;
    return { claimedBy, limit, places, nowMs: this.parts.clock.now(), busyLanes };
  }

  private start(item: DueItem): void {
    this.lanes.set(item.lane, (this.lanes.get(item.lane) ?? 0) + 1);
    const message: PipelineMessage = {
      kind: 'attempt',
      name: this.options.effect,
      origin: item.origin,
      contract: null,
      input: item,
      facts: {},
    };
    const work = this.parts.pipeline
      .run(message, () => this.performer.perform(item, message))
      // The pipeline logged the failure; the row's lease brings the item back.
      .catch(() => undefined)
      .then(() => {
        this.inFlight.delete(work);
        this.leaveLane(item.lane);
        this.loop.wake();
      });
    this.inFlight.set(work, item);
  }

  private leaveLane(lane: string): void {
    const left = (this.lanes.get(lane) ?? 1) - 1;
    if (left === 0) this.lanes.delete(lane);
    else this.lanes.set(lane, left);
  }
}
