import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import type { ClaimRequest } from '#shared-kernel/messaging/due-work.js';
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
import type { Attempt, Delivery, DueDelivery } from '../domain/delivery.js';
import { type ClaimedDelivery, DeliveryQueue, type NewDelivery } from '../domain/delivery-queue.js';
import { endpointTimeoutMaxMs } from '../domain/endpoint.js';
import { deliveryQueueStatements } from './delivery-queue-statements.js';
import { type DeliveryRow, dueDeliveryOf, rowOfAttempt, rowOfNew } from './delivery-rows.js';

/** The longest try, and time to commit what became of it. */
const leaseMs = endpointTimeoutMaxMs + 5_000;
/** How old the number of due deliveries may be that the metrics show. */
const countAgeMaxMs = 5_000;

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
  needs: [{ table: 'delivery', column: 'event_id', state: 'due' }],
})
export class StoredDeliveryQueue extends DeliveryQueue {
  private readonly sql;
  private dueItems = 0;
  private countedAtMs = 0;

  constructor(
    private readonly store: Store,
    private readonly meter: Meter,
    private readonly clock: Clock,
  ) {
    super();
    this.sql = deliveryQueueStatements(store.dialect);
    meter.observeGauge('signalbox_due_work', () => [
      { labels: { effect: 'delivery' }, value: this.dueItems },
    ]);
  }

  schedule(delivery: NewDelivery): Write {
    return always(this.sql.schedule(rowOfNew(delivery)));
  }

  async claim(request: ClaimRequest): Promise<ClaimedDelivery[]> {
    const outcome = await this.store.commit([returning(this.sql.claim(request, leaseMs))]);
    const rows = outcome.committed ? (outcome.rows[0] ?? []) : [];
    return rows.map((row) => claimedOf(row as DeliveryRow));
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

  async nextDueAtMs(): Promise<number | null> {
    await this.countDue();
    const row = await this.store.find<{ due_at_ms: number }>(this.sql.next);
    return row?.due_at_ms ?? null;
  }

  settle(claims: number, delivery: Delivery, attempt: Attempt | null): Write[] {
    const { id, tenant, state, attemptsMade, failedTries } = delivery;
    const dueAtMs = delivery.state === 'due' ? delivery.dueAtMs : null;
    const settledAtMs = delivery.state === 'due' ? null : delivery.settledAtMs;
    const values = { id, claims, state, dueAtMs, attemptsMade, failedTries, settledAtMs };
    const settled = exactlyOne(this.sql.settle(values), 'claim-is-mine');
    if (attempt === null) return [settled];
    // The fenced update goes first: a late loser must meet it and not the attempt's number.
    return [settled, always(this.sql.insertAttempt(rowOfAttempt(tenant, attempt)))];
  }

  startAgain({ id, dueAtMs }: DueDelivery): Write {
    return exactlyOne(this.sql.startAgain({ id, dueAtMs }), 'delivery-is-settled');
  }

  count({ state }: Delivery, attempt: Attempt | null): void {
    if (attempt !== null) {
      this.meter.count('signalbox_delivery_attempts_total', { outcome: attempt.verdict });
    }
    if (state !== 'due') this.meter.count('signalbox_deliveries_total', { outcome: state });
  }

  private async changedBy(statement: Statement): Promise<number> {
    const outcome = await this.store.commit([returning(statement)]);
    return outcome.committed ? (outcome.rows[0] ?? []).length : 0;
  }

  /** Rides on the worker's looks at the queue, so that a scrape asks nothing. */
  private async countDue(): Promise<void> {
    const nowMs = this.clock.now();
    if (nowMs - this.countedAtMs < countAgeMaxMs) return;
    this.countedAtMs = nowMs;
    const [row] = await this.store.list<{ items: number }>(this.sql.countDue({ nowMs }));
    this.dueItems = row?.items ?? 0;
  }
}

function claimedOf(row: DeliveryRow): ClaimedDelivery {
  return {
    id: row.id,
    lane: row.endpoint_id,
    origin: {
      traceparent: row.traceparent,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
      hops: row.hops,
    },
    delivery: dueDeliveryOf(row),
    ruleId: row.rule_id,
    claims: row.claims,
  };
}
