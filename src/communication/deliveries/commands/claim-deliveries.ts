import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import type { WorkerClaim } from '#shared-kernel/messaging/due-work.js';
import type { DeliveryLane } from '../domain/delivery-lane.js';
import { DeliveryLanes } from '../domain/delivery-lanes.js';
import { type ClaimedDelivery, DeliveryQueue } from '../domain/delivery-queue.js';
import { wellHealth } from '../domain/endpoint-health.js';
import { EndpointHealths } from '../domain/endpoint-healths.js';
import type { Endpoint } from '../domain/endpoint.js';
import { KnownEndpoints } from '../domain/known-endpoints.js';

/** How long what other processes changed may stay unseen. */
const lookAgeMaxMs = 1_000;

/** Decides which deliveries get the free places, and takes them. */
@Injectable()
export class ClaimDeliveries {
  private lookedAtMs = -Infinity;
  /** Where the next look begins: a look takes in so many lanes only. */
  private lookAfter = '';

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly lanes: DeliveryLanes,
    private readonly endpoints: KnownEndpoints,
    private readonly healths: EndpointHealths,
    private readonly clock: Clock,
  ) {}

  /** A commit made deliveries due. */
  somethingIsDue(): void {
    this.lanes.hintsCameTrue();
  }

  /** When a place is of use; null when nothing is due that may be tried. */
  async nextDueAtMs(): Promise<number | null> {
    if (performance.now() - this.lookedAtMs >= lookAgeMaxMs) await this.look();
    for (const lane of this.lanes.strangers(this.clock.now())) {
      const endpoint = await this.endpoints.find(lane.id);
      if (endpoint !== undefined) meet(lane, endpoint);
      lane.isKnown = true;
    }
    return this.lanes.nextReadyAtMs();
  }

  async claim({ claimedBy, limit, nowMs, places }: WorkerClaim): Promise<ClaimedDelivery[]> {
    const shares = this.lanes.share(limit, places, nowMs);
    if (shares.length === 0) return [];
    const touches = shares.map(({ lane }) => this.lanes.find(lane)?.touches ?? 0);
    const found = await this.queue.claim({ claimedBy, nowMs, shares });
    for (const [index, lane] of found.entries()) {
      this.lanes.claimed(lane, touches[index] ?? 0, nowMs);
    }
    return found.flatMap(({ deliveries }) => deliveries);
  }

  /** Endpoint of a delivery, as old as a second at the most. */
  endpointOf({ delivery }: ClaimedDelivery): Promise<Endpoint | undefined> {
    return this.endpoints.find(delivery.endpointId);
  }

  ended({ id, lane }: ClaimedDelivery): void {
    this.lanes.ended(lane, id, this.clock.now());
  }

  /** Makes due what an instance that died had claimed; the lanes are looked at anew. */
  reclaim(instanceId: string, nowMs: number): Promise<number> {
    this.lookedAtMs = -Infinity;
    return this.queue.reclaim(instanceId, nowMs);
  }

  /** Makes due what any instance but this one had claimed. */
  reclaimOthers(instanceId: string, nowMs: number): Promise<number> {
    this.lookedAtMs = -Infinity;
    return this.queue.reclaimOthers(instanceId, nowMs);
  }

  private async look(): Promise<void> {
    this.lookedAtMs = performance.now();
    const touches = this.lanes.touches();
    const after = this.lookAfter;
    const { lanes, next } = await this.queue.lanes(after);
    this.lanes.saw(lanes, { after, upTo: next }, touches);
    this.lookAfter = next ?? '';
    const unwell = new Map((await this.healths.list()).map((one) => [one.endpointId, one]));
    for (const lane of this.lanes.current(this.clock.now())) {
      const endpoint = await this.endpoints.find(lane.id);
      lane.isKnown = true;
      if (endpoint === undefined) continue;
      meet(lane, endpoint);
      const recorded = unwell.get(lane.id);
      const isOfToday = recorded?.endpointRevision === endpoint.revision;
      lane.health = recorded !== undefined && isOfToday ? recorded.health : wellHealth;
    }
  }
}

function meet(lane: DeliveryLane, { tenant, state, ...flow }: Endpoint): void {
  lane.tenant = tenant;
  lane.flow = flow;
  // What is due for a disabled endpoint is discarded, which nothing may hold up.
  if (state === 'disabled') lane.health = wellHealth;
}
