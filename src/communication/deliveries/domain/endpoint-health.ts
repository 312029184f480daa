import type { EndpointFlow } from './endpoint-flow.js';
import type { Blame } from './judge-outcome.js';

const hourMs = 3_600_000;
/** A probe is made once in so long at least, however often it failed. */
const probePauseMaxMs = hourMs;
/** Failures further apart than this are not one outage: nobody tried in between. */
const silenceMaxMs = 48 * hourMs;
/** A receiver may ask for time, but not stop everything for days. */
const pauseMaxMs = hourMs;

/** How an endpoint fares: what its newest tries came to. All zero and null when all is well. */
export interface EndpointHealth {
  /** Failures in a row that tell of the endpoint. */
  readonly failures: number;
  /** Since when every try failed, whatever the reason, and the last time one did. */
  readonly failingSinceMs: number | null;
  readonly failedAtMs: number | null;
  /** Since when the breaker is open; null while it is closed. */
  readonly openedAtMs: number | null;
  /** When the next probe may go; until then nothing is sent while the breaker is open. */
  readonly probeAtMs: number | null;
  /** Until when the receiver asked us to wait. */
  readonly pausedUntilMs: number | null;
}

export const wellHealth: EndpointHealth = {
  failures: 0,
  failingSinceMs: null,
  failedAtMs: null,
  openedAtMs: null,
  probeAtMs: null,
  pausedUntilMs: null,
};

/** What a try says of its endpoint. */
export interface TryResult {
  /** Whom a failure tells of; null when the try succeeded. */
  readonly blames: Blame | null;
  /** What the receiver asked us to wait, in milliseconds; null when it did not. */
  readonly retryAfterMs: number | null;
}

/** What follows for the endpoint from a try. */
export interface HealthChange {
  readonly health: EndpointHealth;
  /** True when a try succeeded that found the breaker open. */
  readonly recovered: boolean;
  /** Why the endpoint is to be disabled; null when it is not. */
  readonly disableReason: string | null;
}

/**
 * Takes the result of a try into the health of its endpoint: failures in a row open the breaker,
 * then only probes go, further and further apart; a success closes it; days of nothing but failures
 * disable the endpoint.
 */
export function healthAfter(
  before: EndpointHealth,
  { blames, retryAfterMs }: TryResult,
  { opensAfter, probeAfterMs, disablesAfterHours }: EndpointFlow['breaker'],
  nowMs: number,
): HealthChange {
  if (blames === null) {
    return { health: wellHealth, recovered: before.openedAtMs !== null, disableReason: null };
  }
  // Tries that began before the breaker opened end after it: they are no probes.
  const isStraggler = before.openedAtMs !== null && nowMs < (before.probeAtMs ?? 0);
  // An answer about the message alone shows that the receiver is there.
  const failures = blames === 'message' ? 0 : isStraggler ? before.failures : before.failures + 1;
  const isOpen = failures >= opensAfter;
  const isOneOutage = nowMs - (before.failedAtMs ?? nowMs) <= silenceMaxMs;
  const failingSinceMs = isOneOutage ? (before.failingSinceMs ?? nowMs) : nowMs;
  const doublings = Math.max(0, failures - opensAfter);
  const probePauseMs = Math.min(probeAfterMs * 2 ** Math.min(doublings, 30), probePauseMaxMs);
  const askedUntilMs = nowMs + Math.min(retryAfterMs ?? 0, pauseMaxMs);
  const pausedUntilMs = Math.max(askedUntilMs, before.pausedUntilMs ?? 0);
  const health = {
    failures,
    failingSinceMs,
    failedAtMs: nowMs,
    openedAtMs: isOpen ? (before.openedAtMs ?? nowMs) : null,
    probeAtMs: isStraggler ? before.probeAtMs : isOpen ? nowMs + probePauseMs : null,
    pausedUntilMs: pausedUntilMs > nowMs ? pausedUntilMs : null,
  };
  const failingMs = nowMs - failingSinceMs;
  const isHopeless = disablesAfterHours !== null && failingMs >= disablesAfterHours * hourMs;
  const disableReason = isHopeless
    ? `every try failed for ${Math.floor(failingMs / hourMs)} hours`
    : null;
  return { health, recovered: false, disableReason };
}

/** When the endpoint may be sent to at the earliest; 0 for at once. */
export function openToTriesAtMs({ pausedUntilMs, probeAtMs }: EndpointHealth): number {
  return Math.max(pausedUntilMs ?? 0, probeAtMs ?? 0);
}
