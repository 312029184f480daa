import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Settings } from '#shared-kernel/config/settings.js';
import { PayloadTally } from '../domain/payload-tally.js';
import type { PayloadSamples, SampledPayloads } from '../domain/payload-samples.js';
import { PayloadWatch, type WatchedWebhook } from '../domain/payload-watch.js';

/** Event types of all sources that are sampled at a time; the longest unseen gives way. */
const talliesMax = 200;
/** Places of all of them together: about 200 bytes each. */
const placesMax = 60_000;
/** How often is looked whether something is to be learned, and what one look takes: 1 ms each. */
const roundMs = 1_000;
const takenMax = 6;
/** Samples of a quiet event type are learned after this time, also when they are few. */
const ageMaxMs = 10_000;
/** Time that sampling may take: 1 % of a core, and what may be saved for a burst. */
const budgetMsPerSecond = 10;
const budgetMsMax = 30;

interface Tallied extends SampledPayloads {
  readonly sinceMs: number;
}

/**
 * Samples in memory until they are learned. A process that is killed loses those of some seconds,
 * which later ones make up for.
 */
@Injectable()
export class SamplingPayloadWatch
  extends PayloadWatch
  implements PayloadSamples, OnApplicationBootstrap, OnApplicationShutdown
{
  /** In the order of their last sample. */
  private readonly tallies = new Map<string, Tallied>();
  private places = 0;
  private leftMs = budgetMsMax;
  private refilledAtMs = performance.now();
  private timer: NodeJS.Timeout | null = null;
  private learn: (() => Promise<unknown>) | null = null;
  private readonly isOn: boolean;

  constructor(settings: Settings) {
    super();
    this.isOn = settings.payloadDrift === 'on';
  }

  onApplicationBootstrap(): void {
    if (!this.isOn) return;
    let running = false;
    this.timer = setInterval(() => {
      if (running || !this.isDue(performance.now())) return;
      running = true;
      // The pipeline has told of a failure; what it was about comes in again.
      void this.learn?.()
        .catch(() => undefined)
        .finally(() => (running = false));
    }, roundMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  look(webhook: WatchedWebhook, json: unknown): void {
    if (json === undefined || !this.isOn) return;
    const nowMs = performance.now();
    this.refill(nowMs);
    if (this.leftMs <= 0) return;
    const key = keyOf(webhook.sourceId, webhook.eventType);
    const known = this.tallies.get(key);
    if (known?.tally.isFull === true) return;
    const tallied = known ?? {
      subject: subjectOf(webhook),
      tally: new PayloadTally(),
      sinceMs: nowMs,
    };
    const placesBefore = known === undefined ? 0 : tallied.tally.nodes;
    tallied.tally.add(json, webhook.id);
    this.places += tallied.tally.nodes - placesBefore;
    this.tallies.delete(key);
    this.tallies.set(key, tallied);
    this.makeRoom();
    this.leftMs -= performance.now() - nowMs;
  }

  take(rest: boolean): SampledPayloads[] {
    const nowMs = performance.now();
    const taken: SampledPayloads[] = [];
    for (const [key, tallied] of this.tallies) {
      if (!rest && taken.length >= takenMax) break;
      if (!rest && !isRipe(tallied, nowMs)) continue;
      this.drop(key, tallied);
      taken.push(tallied);
    }
    return taken;
  }

  forget(sourceId: string, eventType: string): void {
    const key = keyOf(sourceId, eventType);
    const tallied = this.tallies.get(key);
    if (tallied !== undefined) this.drop(key, tallied);
  }

  onDue(learn: () => Promise<unknown>): void {
    this.learn = learn;
  }

  private isDue(nowMs: number): boolean {
    return [...this.tallies.values()].some((tallied) => isRipe(tallied, nowMs));
  }

  private refill(nowMs: number): void {
    const gainedMs = ((nowMs - this.refilledAtMs) / 1_000) * budgetMsPerSecond;
    this.leftMs = Math.min(budgetMsMax, this.leftMs + gainedMs);
    this.refilledAtMs = nowMs;
  }

  private makeRoom(): void {
    for (const [key, tallied] of this.tallies) {
      if (this.tallies.size <= talliesMax && this.places <= placesMax) return;
      this.drop(key, tallied);
    }
  }

  private drop(key: string, { tally }: Tallied): void {
    this.tallies.delete(key);
    this.places -= tally.nodes;
  }
}

function isRipe({ tally, sinceMs }: Tallied, nowMs: number): boolean {
  return tally.isFull || nowMs - sinceMs >= ageMaxMs;
}

function subjectOf({ tenant, sourceId, provider, eventType }: WatchedWebhook) {
  return { tenant, sourceId, provider, eventType };
}

function keyOf(sourceId: string, eventType: string): string {
  return `${sourceId} ${eventType}`;
}
