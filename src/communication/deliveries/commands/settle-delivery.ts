import { Injectable } from '@nestjs/common';
import type { NewEvent } from '#shared-kernel/contracts/event-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { Attempt, Settlement, TriedDelivery } from '../domain/delivery.js';
import { DeliveryLanes } from '../domain/delivery-lanes.js';
import { type ClaimedDelivery, DeliveryQueue } from '../domain/delivery-queue.js';
import { type EndpointHealth, healthAfter, wellHealth } from '../domain/endpoint-health.js';
import { EndpointHealths } from '../domain/endpoint-healths.js';
import type { Endpoint } from '../domain/endpoint.js';
import { KnownEndpoints } from '../domain/known-endpoints.js';
import { deliveryExhausted, endpointDisabled, endpointRecovered } from './tell-of-endpoint.js';

/** Makes durable what follows from a try, for its delivery, those behind it, and its endpoint. */
@Injectable()
export class SettleDelivery {
  constructor(
    private readonly queue: DeliveryQueue,
    private readonly lanes: DeliveryLanes,
    private readonly endpoints: KnownEndpoints,
    private readonly healths: EndpointHealths,
    private readonly log: EventLog,
  ) {}

  /** @returns false when another claim has taken the delivery over */
  async settle(
    { claims, lane }: ClaimedDelivery,
    endpoint: Endpoint,
    settled: Settlement,
    nowMs: number,
  ): Promise<boolean> {
    const { delivery, attempt } = settled;
    const before = this.lanes.find(lane)?.health ?? wellHealth;
    const after = healthAfter(before, settled.result, endpoint.breaker, nowMs);
    const disableReason = settled.disableReason ?? after.disableReason;
    // Enabled again, it starts afresh.
    const health = disableReason === null ? after.health : wellHealth;
    this.know(lane, health);

    const holds = holdsOthers(delivery, endpoint);
    const writes = this.queue.settle(claims, delivery, attempt, { holds, nowMs });
    if (before !== wellHealth || health !== wellHealth) {
      const recorded = { endpointId: endpoint.id, endpointRevision: endpoint.revision, health };
      writes.push(this.healths.record(recorded));
    }
    const events: NewEvent[] = delivery.state === 'exhausted' ? [deliveryExhausted(settled)] : [];
    if (after.recovered) events.push(endpointRecovered(endpoint, before));
    const isOver =
      disableReason === null
        ? (await this.log.tryCommit({ writes, events })).committed
        : await this.disable(endpoint, disableReason, settled, { writes, events });
    if (isOver) this.tell(delivery, attempt);
    return isOver;
  }

  /** Ends a delivery that nobody is to be told of. @returns false when the claim is lost */
  async discard(
    { claims }: ClaimedDelivery,
    delivery: TriedDelivery,
    endpoint: Endpoint | undefined,
    nowMs: number,
  ): Promise<boolean> {
    const holds = endpoint !== undefined && holdsOthers(delivery, endpoint);
    const writes = this.queue.settle(claims, delivery, null, { holds, nowMs });
    const { committed } = await this.log.tryCommit({ writes });
    if (committed) this.tell(delivery, null);
    return committed;
  }

  /** Gives a claimed delivery back at once. */
  async release(claimed: ClaimedDelivery, nowMs: number): Promise<void> {
    await this.log.tryCommit({ writes: [this.queue.release(claimed, nowMs)] });
    this.lanes.touch(claimed.lane, nowMs);
  }

  /** Several tries may find the reason at the same time: one of them disables, and tells of it. */
  private async disable(
    endpoint: Endpoint,
    reason: string,
    { attempt }: Settlement,
    { writes, events }: { readonly writes: readonly Write[]; readonly events: readonly NewEvent[] },
  ): Promise<boolean> {
    const outcome = await this.log.tryCommit({
      writes: [...writes, this.endpoints.disable(endpoint.id, reason)],
      events: [...events, endpointDisabled(endpoint, reason, attempt)],
    });
    this.endpoints.forget(endpoint.id);
    if (outcome.committed) return true;
    return (await this.log.tryCommit({ writes, events })).committed;
  }

  /** What other tries of this process go by, before the commit is over. */
  private know(laneId: string, health: EndpointHealth): void {
    const lane = this.lanes.find(laneId);
    if (lane !== undefined) lane.health = health;
  }

  /** The next try, or the next delivery of the key, needs no look at the store to be seen. */
  private tell(delivery: TriedDelivery, attempt: Attempt | null): void {
    this.queue.count(delivery, attempt);
    const { state, endpointId, orderKey } = delivery;
    if (state === 'due') this.lanes.touch(endpointId, delivery.dueAtMs);
    else if (orderKey !== null) this.lanes.touch(endpointId, 0);
  }
}

function holdsOthers({ state }: TriedDelivery, { orderOnExhausted }: Endpoint): boolean {
  return orderOnExhausted === 'hold' && (state === 'exhausted' || state === 'discarded');
}
