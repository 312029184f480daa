import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import { Retains } from '#shared-kernel/messaging/retention/retains.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import {
  always,
  exactlyOne,
  returning,
  type Statement,
  type Write,
} from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import type { Attempt, DueDelivery, TriedDelivery } from '../domain/delivery.js';
import { DeliveryLanes, type LaneSighting } from '../domain/delivery-lanes.js';
import {
  type ClaimedDelivery,
  type ClaimedLane,
  DeliveryQueue,
  type LaneClaimRequest,
  type NewDelivery,
  type Settling,
} from '../domain/delivery-queue.js';
import { deliveryQueueStatements, takeOrderTurn } from './delivery-queue-statements.js';
import { rowOfAttempt, rowOfNew } from './delivery-rows.js';
import { LaneClaims } from './lane-claims.js';

/** How old the number of due deliveries may be that the metrics show. */
const countAgeMaxMs = 5_000;
/** Lanes that one look takes in. */
const lanesMax = 5_000;

/** The delivery queue in the store. */
@Injectable()
@Retains({
  forgets: [
    {
      table: 'delivery',
      key: ['id'],
      since: 'settled_at_ms',
      parts: { table: 'delivery_attempt', column: 'delivery_id' },
    },
  ],
  needs: [
    { table: 'delivery', column: 'event_id', state: 'due' },
    { table: 'delivery', column: 'event_id', state: 'waiting' },
  ],
})
export class StoredDeliveryQueue extends DeliveryQueue {
  private readonly sql;
  private readonly claims: LaneClaims;
  private dueItems = 0;
  private countedAtMs = 0;

  constructor(
    private readonly store: Store,
    private readonly meter: Meter,
    private readonly clock: Clock,
    private readonly known: DeliveryLanes,
  ) {
    super();
    this.sql = deliveryQueueStatements(store.dialect);
    this.claims = new LaneClaims(store);
    meter.observeGauge('signalbox_due_work', () => [
      { labels: { effect: 'delivery' }, value: this.dueItems },
    ]);
  }

  schedule(delivery: NewDelivery): Write[] {
    const { endpointId, turn, createdAtMs } = delivery;
    this.known.hint(endpointId, this.clock.now());
    const added = always(this.sql.schedule(rowOfNew(delivery)));
    return turn === null ? [added] : [added, ...this.letNextGo(endpointId, turn.key, createdAtMs)];
  }

  async lanes(after: string): Promise<{ lanes: LaneSighting[]; next: string | null }> {
    await this.countDue();
    const lanes = await this.claims.lanes(after, lanesMax);
    return { lanes, next: lanes.length < lanesMax ? null : (lanes.at(-1)?.lane ?? null) };
  }

  claim(request: LaneClaimRequest): Promise<ClaimedLane[]> {
    return this.claims.claim(request);
  }

  release({ id, claims }: ClaimedDelivery, nowMs: number): Write {
    return exactlyOne(this.sql.release({ id, claims, nowMs }), 'claim-is-mine');
  }

  reclaim(instanceId: string, nowMs: number): Promise<number> {
    return this.changedBy(this.sql.reclaim({ instanceId, nowMs }));
  }

  reclaimOthers(instanceId: string, nowMs: number): Promise<number> {
    return this.changedBy(this.sql.reclaimOthers({ instanceId, nowMs }));
  }

  settle(
    claims: number,
    delivery: TriedDelivery,
    attempt: Attempt | null,
    { holds, nowMs }: Settling,
  ): Write[] {
    const { id, tenant, endpointId, state, attemptsMade, failedTries, orderKey } = delivery;
    const isDue = delivery.state === 'due';
    const dueAtMs = isDue ? delivery.dueAtMs : null;
    const settledAtMs = isDue ? null : delivery.settledAtMs;
    const turnKey = isDue || holds ? orderKey : null;
    const values = { id, claims, state, dueAtMs, attemptsMade, failedTries, settledAtMs, turnKey };
    // The fenced update goes first: a late loser must meet it and not the attempt's number.
    const writes = [exactlyOne(this.sql.settle(values), 'claim-is-mine')];
    if (attempt !== null)
      writes.push(always(this.sql.insertAttempt(rowOfAttempt(tenant, attempt))));
    if (orderKey !== null && turnKey === null) {
      writes.push(...this.letNextGo(endpointId, orderKey, nowMs));
    }
    return writes;
  }

  startAgain({ id, endpointId, orderKey, dueAtMs }: DueDelivery): Write[] {
    this.known.hint(endpointId, this.clock.now());
    if (orderKey === null) {
      return [exactlyOne(this.sql.startAgain({ id, dueAtMs }), 'delivery-is-settled')];
    }
    const waits = exactlyOne(this.sql.waitAgain({ id }), 'delivery-is-settled');
    return [waits, ...this.letNextGo(endpointId, orderKey, dueAtMs)];
  }

  releaseHeld(endpointId: string, nowMs: number): Write[] {
    this.known.hint(endpointId, nowMs);
    const forget = always(this.sql.forgetHeld({ endpointId }));
    return [forget, ...this.inTurn(this.sql.letAllNextGo({ endpointId, nowMs }))];
  }

  count({ state }: TriedDelivery, attempt: Attempt | null): void {
    if (attempt !== null) {
      this.meter.count('signalbox_delivery_attempts_total', { outcome: attempt.verdict });
    }
    if (state !== 'due') this.meter.count('signalbox_deliveries_total', { outcome: state });
  }

  private letNextGo(endpointId: string, key: string, nowMs: number): Write[] {
    return this.inTurn(this.sql.letNextGo({ endpointId, key, nowMs }));
  }

  private inTurn(statement: Statement): Write[] {
    const next = always(statement);
    return this.store.isShared ? [always({ sql: takeOrderTurn, parameters: [] }), next] : [next];
  }

  private async changedBy(statement: Statement): Promise<number> {
    const outcome = await this.store.commit([returning(statement)]);
    return outcome.committed ? (outcome.rows[0] ?? []).length : 0;
  }

  /** Rides on the looks at all lanes, so that a scrape asks nothing. */
  private async countDue(): Promise<void> {
    const nowMs = this.clock.now();
    if (nowMs - this.countedAtMs < countAgeMaxMs) return;
    this.countedAtMs = nowMs;
    const [row] = await this.store.list<{ items: number }>(this.sql.countDue({ nowMs }));
    this.dueItems = row?.items ?? 0;
  }
}
