import { DeliveryLane } from './delivery-lane.js';
import type { EndpointFlow } from './endpoint-flow.js';
import { shareOut } from './share-places.js';

/** Lanes in memory past which those that have nothing to do are forgotten. */
const idleMax = 2_000;
/** A commit takes effect within this time of its decision; a look at all lanes finds later ones. */
const hintAgeMaxMs = 2_000;

/** What a look at the queue says of one lane. */
export interface LaneSighting {
  readonly lane: string;
  readonly dueAtMs: number;
}

/** How many deliveries of one lane are to be claimed. */
export interface LaneShare {
  readonly lane: string;
  readonly count: number;
  readonly flow: EndpointFlow;
  /** True when it had more to send than its rate let go the last time. */
  readonly isBehind: boolean;
}

/** What a claim found in a lane. */
export interface LaneClaim {
  readonly lane: string;
  readonly ids: readonly string[];
  /** When the next of its deliveries is due that nobody has claimed; null when none is. */
  readonly nextDueAtMs: number | null;
  /** When the rate lets the next one go; 0 without a rate. */
  readonly openAtMs: number;
}

/**
 * What this process knows of the lanes: which have something due, how much each has in flight, and
 * who gets the places that are free. It holds only lanes that have something to do, and never more
 * of a lane than its numbers: deliveries stay in the store until they have a place.
 */
export class DeliveryLanes {
  private readonly lanes = new Map<string, DeliveryLane>();
  private readonly hints = new Map<string, number>();
  private hintsAreTrue = false;
  private turns = 0;

  /** A decision that is being committed makes something due in this lane. */
  hint(lane: string, nowMs: number): void {
    this.hints.delete(lane);
    this.hints.set(lane, nowMs);
  }

  /** A commit made deliveries due: lanes that were hinted at lately are worth a look. */
  hintsCameTrue(): void {
    this.hintsAreTrue = true;
  }

  /** A lane has something due at this time. */
  touch(lane: string, atMs: number): void {
    this.lane(lane).touch(atMs);
  }

  /** Lanes whose endpoint matters now: to be asked about again. */
  current(nowMs: number): DeliveryLane[] {
    return [...this.lanes.values()].filter((lane) => lane.isCurrent(nowMs));
  }

  /** Lanes of whose endpoint nothing is known yet. */
  strangers(nowMs: number): DeliveryLane[] {
    this.followHints(nowMs);
    return [...this.lanes.values()].filter(({ isKnown }) => !isKnown);
  }

  find(lane: string): DeliveryLane | undefined {
    return this.lanes.get(lane);
  }

  /** How often each lane was touched, for `saw`. */
  touches(): ReadonlyMap<string, number> {
    return new Map([...this.lanes.values()].map(({ id, touches }) => [id, touches]));
  }

  /**
   * Takes over what a look at the lanes behind `after`, up to and with `upTo`, showed. Lanes that
   * were touched since it began keep what they know.
   *
   * @param upTo null when there are no more
   */
  saw(
    sightings: readonly LaneSighting[],
    { after, upTo }: { after: string; upTo: string | null },
    touchesBefore: ReadonlyMap<string, number>,
  ): void {
    const seen = new Map(sightings.map(({ lane, dueAtMs }) => [lane, dueAtMs]));
    for (const lane of this.lanes.values()) {
      if (lane.id <= after || (upTo !== null && lane.id > upTo)) continue;
      if (touchesBefore.get(lane.id) !== lane.touches) continue;
      lane.dueAtMs = seen.get(lane.id) ?? null;
      if (lane.isIdle && this.lanes.size > idleMax) this.lanes.delete(lane.id);
    }
    for (const [id, dueAtMs] of seen) if (!this.lanes.has(id)) this.lane(id).dueAtMs = dueAtMs;
  }

  /** When a place is of use to any lane: in the past for at once, null for not before a wake. */
  nextReadyAtMs(): number | null {
    let next: number | null = null;
    for (const lane of this.lanes.values()) {
      const readyAtMs = lane.readyAtMs();
      if (readyAtMs !== null && (next === null || readyAtMs < next)) next = readyAtMs;
    }
    return next;
  }

  /**
   * Gives free places to lanes that can use one now, fairly over tenants and then lanes.
   *
   * @param limit places to give at the most
   * @param places all places that there are
   */
  share(limit: number, places: number, nowMs: number): LaneShare[] {
    const shares = shareOut([...this.lanes.values()], limit, places, nowMs);
    return shares.map(({ lane, count }) => {
      lane.turn = ++this.turns;
      return { lane: lane.id, count, flow: lane.flow, isBehind: lane.isBehind };
    });
  }

  /** Takes over what a claim found; `touchesBefore` as it was when the claim began. */
  claimed(
    { lane: id, ids, nextDueAtMs, openAtMs }: LaneClaim,
    touchesBefore: number,
    nowMs: number,
  ): void {
    const lane = this.lane(id);
    for (const delivery of ids) lane.inFlight.set(delivery, nowMs);
    lane.openAtMs = openAtMs;
    lane.isBehind = nextDueAtMs !== null && nextDueAtMs <= nowMs;
    if (lane.touches === touchesBefore) lane.dueAtMs = nextDueAtMs;
  }

  /** A try has ended, however. */
  ended(laneId: string, deliveryId: string, nowMs: number): void {
    this.lanes.get(laneId)?.ended(deliveryId, nowMs);
  }

  private lane(id: string): DeliveryLane {
    let lane = this.lanes.get(id);
    if (lane === undefined) {
      lane = new DeliveryLane(id);
      this.lanes.set(id, lane);
    }
    return lane;
  }

  private followHints(nowMs: number): void {
    if (!this.hintsAreTrue) return;
    this.hintsAreTrue = false;
    for (const [lane, atMs] of this.hints) {
      if (nowMs - atMs > hintAgeMaxMs) this.hints.delete(lane);
      else this.touch(lane, 0);
    }
  }
}
