import { type EndpointFlow, endpointFlowSchema } from './endpoint-flow.js';
import { type EndpointHealth, openToTriesAtMs, wellHealth } from './endpoint-health.js';

/** A try that takes longer makes its lane a slow one. */
const quickMsMax = 1_000;

/** Endpoints of lanes that are ready within this time are asked about. */
const lookAheadMs = 1_000;
const defaultFlow = endpointFlowSchema.parse({});

/** How long the tries of a lane take. */
export type LanePace = 'quick' | 'new' | 'slow';

/** One endpoint with deliveries that are due, waiting for their next try, or in flight. */
export class DeliveryLane {
  /** False until its endpoint was asked about. */
  isKnown = false;
  tenant = '';
  flow: EndpointFlow = defaultFlow;
  health: EndpointHealth = wellHealth;
  /** When its next delivery is due, as far as known; null for none. */
  dueAtMs: number | null = null;
  /** When its rate lets the next one go. */
  openAtMs = 0;
  isBehind = false;
  /** Grows whenever something may have become due. */
  touches = 0;
  /** When it was given places last: a number that only grows. */
  turn = 0;
  /** Start of each try in flight; the oldest comes first. */
  readonly inFlight = new Map<string, number>();
  private lastWasQuick: boolean | null = null;

  constructor(readonly id: string) {}

  /** It has nothing to do. */
  get isIdle(): boolean {
    return this.dueAtMs === null && this.inFlight.size === 0;
  }

  /** What is known of its endpoint matters: it has something to send, or is kept from it. */
  isCurrent(nowMs: number): boolean {
    if (!this.isKnown || this.inFlight.size > 0 || this.health !== wellHealth) return true;
    return (this.readyAtMs() ?? Infinity) <= nowMs + lookAheadMs;
  }

  /** A lane is slow while a try takes long and after one that did, new until one has ended. */
  pace(nowMs: number): LanePace {
    const oldest = this.inFlight.values().next();
    if (oldest.done !== true && nowMs - oldest.value > quickMsMax) return 'slow';
    if (this.lastWasQuick === null) return 'new';
    return this.lastWasQuick ? 'quick' : 'slow';
  }

  /** When a place is of use to it; null when it has nothing, or as much under way as it may. */
  readyAtMs(): number | null {
    if (this.dueAtMs === null || this.inFlight.size >= this.placesMax) return null;
    return Math.max(this.dueAtMs, this.openAtMs, openToTriesAtMs(this.health));
  }

  /** With an open breaker one try at a time goes: the probe. */
  get placesMax(): number {
    if (this.health.openedAtMs !== null) return 1;
    return this.flow.concurrency ?? Infinity;
  }

  touch(atMs: number): void {
    this.touches++;
    this.dueAtMs = Math.min(this.dueAtMs ?? atMs, atMs);
  }

  ended(id: string, nowMs: number): void {
    const startedAtMs = this.inFlight.get(id);
    if (startedAtMs === undefined) return;
    this.inFlight.delete(id);
    this.lastWasQuick = nowMs - startedAtMs <= quickMsMax;
  }
}
