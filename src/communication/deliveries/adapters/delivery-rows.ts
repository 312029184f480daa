import type { Selectable } from 'kysely';
import type { Attempt, Delivery, DueDelivery } from '../domain/delivery.js';
import type { NewDelivery } from '../domain/delivery-queue.js';

interface DeliveryTable {
  id: string;
  tenant: string;
  endpoint_id: string;
  event_id: string;
  rule_id: string;
  state: Delivery['state'];
  /** Null once settled; while a try runs, the end of its lease. */
  due_at_ms: number | null;
  claims: number;
  /** The instance that tries it now. */
  claimed_by: string | null;
  attempts_made: number;
  failed_tries: number;
  traceparent: string | null;
  correlation_id: string | null;
  causation_id: string | null;
  hops: number;
  created_at_ms: number;
  settled_at_ms: number | null;
  /** What its endpoint keeps it in order by; null for no order. */
  order_key: string | null;
  /** The same while it holds back those behind it, else null. */
  turn_key: string | null;
  /** Its place in the order: where the log has the match that made it. */
  log_position: number | null;
}

interface PaceTable {
  endpoint_id: string;
  /** Slots up to here are used, in microseconds since the epoch. */
  paced_to_us: number;
}

interface HealthTable {
  endpoint_id: string;
  /** The endpoint as it was: what was changed since then starts afresh. */
  endpoint_revision: number;
  failures: number;
  failing_since_ms: number | null;
  failed_at_ms: number | null;
  opened_at_ms: number | null;
  probe_at_ms: number | null;
  paused_until_ms: number | null;
}

interface AttemptTable {
  delivery_id: string;
  number: number;
  tenant: string;
  started_at_ms: number;
  duration_ms: number;
  verdict: Attempt['verdict'];
  why: string;
  status: number | null;
  body_start: string | null;
  failed_stage: Attempt['failedStage'];
  failure: string | null;
}

/** Tables of deliveries and their tries. */
export interface DeliveryTables {
  delivery: DeliveryTable;
  delivery_attempt: AttemptTable;
  endpoint_pace: PaceTable;
  endpoint_health: HealthTable;
}

export type DeliveryRow = Selectable<DeliveryTable>;
export type AttemptRow = Selectable<AttemptTable>;
export type HealthRow = Selectable<HealthTable>;

export function rowOfNew(delivery: NewDelivery): DeliveryRow {
  const { origin, turn } = delivery;
  return {
    id: delivery.id,
    tenant: delivery.tenant,
    endpoint_id: delivery.endpointId,
    event_id: delivery.eventId,
    rule_id: delivery.ruleId,
    state: turn === null ? 'due' : 'waiting',
    due_at_ms: turn === null ? delivery.createdAtMs : null,
    claims: 0,
    claimed_by: null,
    attempts_made: 0,
    failed_tries: 0,
    traceparent: origin.traceparent,
    correlation_id: origin.correlationId,
    causation_id: origin.causationId,
    hops: origin.hops,
    created_at_ms: delivery.createdAtMs,
    settled_at_ms: null,
    order_key: turn?.key ?? null,
    turn_key: turn?.key ?? null,
    log_position: turn?.position ?? null,
  };
}

/** A row that is known to be due. */
export function dueDeliveryOf(row: DeliveryRow): DueDelivery {
  return { ...factsOf(row), state: 'due', dueAtMs: row.due_at_ms ?? row.created_at_ms };
}

export function deliveryOf(row: DeliveryRow): Delivery {
  const { state } = row;
  if (state === 'due') return dueDeliveryOf(row);
  if (state === 'waiting') return { ...factsOf(row), state };
  return { ...factsOf(row), state, settledAtMs: row.settled_at_ms ?? row.created_at_ms };
}

function factsOf(row: DeliveryRow) {
  return {
    id: row.id,
    tenant: row.tenant,
    endpointId: row.endpoint_id,
    eventId: row.event_id,
    createdAtMs: row.created_at_ms,
    attemptsMade: row.attempts_made,
    failedTries: row.failed_tries,
    orderKey: row.order_key,
  };
}

export function attemptOf(row: AttemptRow): Attempt {
  return {
    deliveryId: row.delivery_id,
    number: row.number,
    startedAtMs: row.started_at_ms,
    durationMs: row.duration_ms,
    verdict: row.verdict,
    why: row.why,
    status: row.status,
    bodyStart: row.body_start,
    failedStage: row.failed_stage,
    failure: row.failure,
  };
}

export function rowOfAttempt(tenant: string, attempt: Attempt): AttemptRow {
  return {
    delivery_id: attempt.deliveryId,
    number: attempt.number,
    tenant,
    started_at_ms: attempt.startedAtMs,
    duration_ms: attempt.durationMs,
    verdict: attempt.verdict,
    why: attempt.why,
    status: attempt.status,
    body_start: attempt.bodyStart,
    failed_stage: attempt.failedStage,
    failure: attempt.failure,
  };
}
