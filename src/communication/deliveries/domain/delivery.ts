import { deliveryErrors } from '../errors.js';
import type { TryResult } from './endpoint-health.js';
import { judge, type FailedStage, type SendOutcome, type Verdict } from './judge-outcome.js';
import { delayBeforeTryMs, parseRetryAfterMs, type RetryPolicy } from './retry-policy.js';

/** What holds for a delivery in every state. */
interface DeliveryFacts {
  readonly id: string;
  readonly tenant: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly createdAtMs: number;
  /** All tries ever made; the number of the newest attempt. */
  readonly attemptsMade: number;
  /** Failed tries since it was made or last started again; the policy counts these. */
  readonly failedTries: number;
  /** What it is kept in order by, among the deliveries of its endpoint; null for no order. */
  readonly orderKey: string | null;
}

/** Waits for its next try. */
export interface DueDelivery extends DeliveryFacts {
  readonly state: 'due';
  readonly dueAtMs: number;
}

/** Waits for the deliveries of its key that come before it. */
interface WaitingDelivery extends DeliveryFacts {
  readonly state: 'waiting';
}

/** Has ended: accepted, out of tries or told to stop, or dropped with its disabled endpoint. */
export interface SettledDelivery extends DeliveryFacts {
  readonly state: 'delivered' | 'exhausted' | 'discarded';
  readonly settledAtMs: number;
}

/** One event for one endpoint. */
export type Delivery = DueDelivery | WaitingDelivery | SettledDelivery;

/** A delivery after a try or a discard. */
export type TriedDelivery = DueDelivery | SettledDelivery;

/** The record of one try. `number` counts from 1 and is unique within its delivery. */
export interface Attempt {
  readonly deliveryId: string;
  readonly number: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly verdict: 'delivered' | 'retry' | 'give-up';
  readonly why: string;
  /** Status and first bytes of an answer; null when there was none. */
  readonly status: number | null;
  readonly bodyStart: string | null;
  /** Stage and message of a failure; null when there was an answer. */
  readonly failedStage: FailedStage | null;
  readonly failure: string | null;
}

/** What one try changes. `disableReason` is set when the endpoint must be disabled with it. */
export interface Settlement {
  readonly delivery: TriedDelivery;
  readonly attempt: Attempt;
  readonly disableReason: string | null;
  /** What the try says of the endpoint. */
  readonly result: TryResult;
}

/**
 * Takes the outcome of a try into a due delivery: it ends, or becomes due again.
 *
 * @param nowMs when the outcome was known
 * @param randomUnit a random number from 0 to 1, for the jitter
 */
export function settle(
  delivery: DueDelivery,
  outcome: SendOutcome,
  policy: RetryPolicy,
  nowMs: number,
  randomUnit: number,
): Settlement {
  const verdict = judge(outcome);
  const attemptsMade = delivery.attemptsMade + 1;
  const attempt = attemptOf(delivery.id, attemptsMade, outcome, verdict, nowMs);
  const { dueAtMs: _dueAtMs, ...facts } = delivery;
  switch (verdict.verdict) {
    case 'delivered': {
      const next = { ...facts, attemptsMade, state: 'delivered', settledAtMs: nowMs } as const;
      return { delivery: next, attempt, disableReason: null, result: succeeded };
    }
    case 'give-up': {
      const ended = { attemptsMade, failedTries: delivery.failedTries + 1, settledAtMs: nowMs };
      const next = { ...facts, ...ended, state: 'exhausted' } as const;
      return {
        delivery: next,
        attempt,
        disableReason: verdict.disablesEndpoint ? verdict.why : null,
        result: { blames: verdict.blames, retryAfterMs: null },
      };
    }
    case 'retry': {
      const failedTries = delivery.failedTries + 1;
      const isAsked = verdict.honoursRetryAfter && outcome.kind === 'answered';
      const askedMs = parseRetryAfterMs(isAsked ? outcome.retryAfter : null, nowMs);
      const delayMs = delayBeforeTryMs(policy, failedTries, randomUnit, askedMs);
      const tried = { ...facts, attemptsMade, failedTries };
      const next: TriedDelivery =
        delayMs === null
          ? { ...tried, state: 'exhausted', settledAtMs: nowMs }
          : { ...tried, state: 'due', dueAtMs: nowMs + delayMs };
      const result = { blames: verdict.blames, retryAfterMs: askedMs };
      return { delivery: next, attempt, disableReason: null, result };
    }
  }
}

const succeeded: TryResult = { blames: null, retryAfterMs: null };

/** Drops a due delivery because its endpoint is disabled; a person may start it again later. */
export function discard(delivery: DueDelivery, nowMs: number): SettledDelivery {
  const { dueAtMs: _dueAtMs, ...facts } = delivery;
  return { ...facts, state: 'discarded', settledAtMs: nowMs };
}

/**
 * Makes a settled delivery due at once, with all its tries before it. A delivered one may go again
 * too: receivers lose data and ask for it. One that is kept in order waits behind what its key has
 * under way.
 *
 * @throws deliveries.delivery-not-retryable when it is due anyway
 */
export function startAgain(delivery: Delivery, nowMs: number): DueDelivery {
  if (delivery.state === 'due' || delivery.state === 'waiting') {
    throw deliveryErrors.deliveryNotRetryable(`delivery ${delivery.id} already waits for a try`);
  }
  const { settledAtMs: _settledAtMs, ...facts } = delivery;
  return { ...facts, state: 'due', dueAtMs: nowMs, failedTries: 0 };
}

function attemptOf(
  deliveryId: string,
  number: number,
  outcome: SendOutcome,
  { verdict, why }: Verdict,
  nowMs: number,
): Attempt {
  const { durationMs } = outcome;
  const answered = outcome.kind === 'answered';
  return {
    deliveryId,
    number,
    startedAtMs: nowMs - durationMs,
    durationMs,
    verdict,
    why,
    status: answered ? outcome.status : null,
    bodyStart: answered ? outcome.bodyStart : null,
    failedStage: answered ? null : outcome.stage,
    failure: answered ? null : outcome.message,
  };
}
