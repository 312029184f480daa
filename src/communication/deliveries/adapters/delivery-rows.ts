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
}

export type DeliveryRow = Selectable<DeliveryTable>;
export type AttemptRow = Selectable<AttemptTable>;

export function rowOfNew(delivery: NewDelivery): DeliveryRow {
  const { origin } = delivery;
  return {
    id: delivery.id,
    tenant: delivery.tenant,
    endpoint_id: delivery.endpointId,
    event_id: delivery.eventId,
    rule_id: delivery.ruleId,
    state: 'due',
    due_at_ms: delivery.createdAtMs,
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
  };
}

/** A row that is known to be due. */
export function dueDeliveryOf(row: DeliveryRow): DueDelivery {
  return { ...factsOf(row), state: 'due', dueAtMs: row.due_at_ms ?? row.created_at_ms };
}

export function deliveryOf(row: DeliveryRow): Delivery {
  const { state } = row;
  if (state === 'due') return dueDeliveryOf(row);
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
