import { z } from 'zod';
import type { Attempt } from './delivery.js';
import type { RecordedDelivery } from './delivery-history.js';
import { failedStages } from './judge-outcome.js';

/** A delivery as others may see it. */
export const deliveryStateSchema = z.strictObject({
  id: z.string(),
  endpointId: z.string(),
  eventId: z.string(),
  ruleId: z.string(),
  correlationId: z.string().nullable(),
  /** `waiting`: behind others of its key, when the endpoint keeps an order. */
  state: z.enum(['due', 'waiting', 'delivered', 'exhausted', 'discarded']),
  /** The next try; while one runs, when another process would take over. Null once settled. */
  dueAtMs: z.int().nullable(),
  attemptsMade: z.int(),
  createdAtMs: z.int(),
  settledAtMs: z.int().nullable(),
});

/** One try as others may see it. */
export const attemptStateSchema = z.strictObject({
  number: z.int(),
  startedAtMs: z.int(),
  durationMs: z.int(),
  verdict: z.enum(['delivered', 'retry', 'give-up']),
  why: z.string(),
  status: z.int().nullable(),
  bodyStart: z.string().nullable(),
  failedStage: z.enum(failedStages).nullable(),
  failure: z.string().nullable(),
});

export type DeliveryState = z.infer<typeof deliveryStateSchema>;
export type AttemptState = z.infer<typeof attemptStateSchema>;

export function deliveryStateOf(recorded: RecordedDelivery): DeliveryState {
  const { delivery, ruleId, correlationId } = recorded;
  const { id, endpointId, eventId, state, attemptsMade, createdAtMs } = delivery;
  return {
    id,
    endpointId,
    eventId,
    ruleId,
    correlationId,
    state,
    dueAtMs: delivery.state === 'due' ? delivery.dueAtMs : null,
    attemptsMade,
    createdAtMs,
    settledAtMs: 'settledAtMs' in delivery ? delivery.settledAtMs : null,
  };
}

export function attemptStateOf({ deliveryId: _deliveryId, ...facts }: Attempt): AttemptState {
  return facts;
}
