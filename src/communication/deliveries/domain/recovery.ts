import type { MessageOrigin } from '#shared-kernel/messaging/pipeline-message.js';
import type { FailedStage } from './judge-outcome.js';

/** Deliveries that one recovery may have: past it a person narrows the filter by time. */
export const recoveryDeliveriesMax = 200_000;

/** Recoveries of one tenant that run or wait for their turn. */
export const recoveriesRunningMax = 10;

/** Deliveries or events that one step of a recovery takes on. */
export const recoveryStepSize = 500;

/** Pause between two steps, so that others get in between. */
const stepPauseMs = 100;
/** Pause when the endpoints of the next step still have more than enough to do. */
const backlogPauseMs = 500;
/** Deliveries of the same endpoints that may be due while a step adds more. */
export const backlogMax = 1_000;
/** An endpoint that takes nothing must not hold up a recovery for ever. */
const patienceMs = 30_000;

/** Which settled deliveries a recovery is about; all parts that are given must hold. */
export interface RecoverySelection {
  readonly states: readonly ('exhausted' | 'discarded')[];
  readonly endpointId: string | null;
  /** A type, or the beginning of one followed by `*`. */
  readonly eventType: string | null;
  /** When the delivery was made: from the first, before the second. */
  readonly createdFromMs: number | null;
  readonly createdBeforeMs: number | null;
  /** How the last attempt ended. */
  readonly lastStatus: number | null;
  readonly lastStage: FailedStage | null;
}

/** Which events a replay sends to its endpoint. */
export interface ReplaySelection {
  readonly endpointId: string;
  /** Types, or beginnings of types followed by `*`; an empty list takes every type. */
  readonly eventTypes: readonly string[];
  /** `rules`: those that a rule of today sends to the endpoint. `all`: no rule is asked. */
  readonly match: 'rules' | 'all';
}

interface RecoveryFacts {
  readonly id: string;
  readonly tenant: string;
  readonly requestedBy: string;
  readonly requestedAtMs: number;
  readonly origin: MessageOrigin;
  /** Deliveries, or events of a replay, that were counted when it began. */
  readonly selected: number;
  /** Deliveries that were made due. */
  readonly started: number;
  /** Those of `selected` that had no need, or no right, to be made due. */
  readonly passedOver: number;
  /** Settled parts of `recover`; of `replay` the position in the log up to which it came. */
  readonly position: number;
  /** The last part, or the last position. */
  readonly upTo: number;
}

/** What is done, to what: deliveries that ended badly again, or events for one endpoint. */
export type RecoveryTask =
  | { readonly kind: 'recover'; readonly selection: RecoverySelection }
  | { readonly kind: 'replay'; readonly selection: ReplaySelection };

/** Many deliveries that are started in the background, a few at a time. */
export type Recovery = RecoveryFacts &
  RecoveryTask & {
    readonly state: 'running' | 'done' | 'cancelled';
    readonly finishedAtMs: number | null;
  };

/** What one step came to. */
export interface RecoveryStep {
  readonly position: number;
  readonly started: number;
  readonly passedOver: number;
}

/** The recovery after a step; it is done when nothing is left. */
export function afterStep(recovery: Recovery, step: RecoveryStep, nowMs: number): Recovery {
  const moved = {
    ...recovery,
    position: step.position,
    started: recovery.started + step.started,
    passedOver: recovery.passedOver + step.passedOver,
  };
  if (step.position < recovery.upTo) return moved;
  return { ...moved, state: 'done', finishedAtMs: nowMs };
}

/** When to go on, in milliseconds since the epoch. */
export function nextStepAtMs(nowMs: number): number {
  return nowMs + stepPauseMs;
}

/**
 * When to look again instead of starting more, null when the next step may be done: live deliveries
 * never stand behind more than a second's work of a recovery.
 *
 * @param backlog deliveries that are due now at the endpoints of the next step
 * @param lastStepAtMs when the last step was done
 */
export function waitForBacklogUntilMs(
  backlog: number,
  lastStepAtMs: number,
  nowMs: number,
): number | null {
  if (backlog < backlogMax || nowMs - lastStepAtMs >= patienceMs) return null;
  return nowMs + backlogPauseMs;
}
