import type { DeliveryLane, LanePace } from './delivery-lane.js';

/** Share of all places that slow lanes may hold together, and new ones with them. */
const slowShare = 0.5;
const unprovenShare = 0.75;

interface LanePlaces {
  readonly lane: DeliveryLane;
  readonly pace: LanePace;
  count: number;
}

/** Places that are left to lanes of each pace; a lane may never hold more than are left to it. */
type Pools = Record<LanePace, number>;

/**
 * Who gets the free places. Each turn gives one place to every tenant that can use one, and within
 * a tenant to the lane that holds the fewest, so that nobody's backlog counts. A lane may hold no
 * more places than are left after it (the dynamic threshold of Choudhury and Hahne): one that hangs
 * takes half of them, twenty take a twentieth each, and there is one for the lane that comes next.
 * Lanes that are slow have half of all places together, and with those that have not shown yet what
 * they are three quarters.
 */
export function shareOut(
  lanes: readonly DeliveryLane[],
  limit: number,
  places: number,
  nowMs: number,
): { lane: DeliveryLane; count: number }[] {
  const { pools, ready } = survey(lanes, places, nowMs);
  const tenants = [...Map.groupBy(ready, ({ lane }) => lane.tenant).values()].sort(byPlacesHeld);
  for (const tenant of tenants) tenant.sort((one, other) => byPlaces(one.lane, other.lane));
  let left = Math.min(limit, pools.quick);
  let queues = tenants.map((tenant) => [...tenant]);
  while (left > 0 && queues.length > 0) {
    for (const queue of queues) {
      if (left > 0 && giveOne(queue, pools)) left--;
    }
    queues = queues.filter((queue) => queue.length > 0);
  }
  return ready.filter(({ count }) => count > 0);
}

function survey(lanes: readonly DeliveryLane[], places: number, nowMs: number) {
  const pools: Pools = {
    quick: places,
    new: Math.max(1, Math.floor(places * unprovenShare)),
    slow: Math.max(1, Math.floor(places * slowShare)),
  };
  const ready: LanePlaces[] = [];
  for (const lane of lanes) {
    const pace = lane.pace(nowMs);
    take(pools, pace, lane.inFlight.size);
    const readyAtMs = lane.readyAtMs();
    if (readyAtMs !== null && readyAtMs <= nowMs) ready.push({ lane, pace, count: 0 });
  }
  return { pools, ready };
}

/** Places of a slow lane are gone for new ones too, and those of either for quick ones. */
function take(pools: Pools, pace: LanePace, places: number): void {
  pools.quick -= places;
  if (pace !== 'quick') pools.new -= places;
  if (pace === 'slow') pools.slow -= places;
}

/** Gives a place to the first lane of the queue that may have one, which then goes to its end. */
function giveOne(queue: LanePlaces[], pools: Pools): boolean {
  for (let first = queue.shift(); first !== undefined; first = queue.shift()) {
    const { lane, pace } = first;
    const held = lane.inFlight.size + first.count;
    const left = Math.min(pools[pace], pools.quick);
    // What a lane may not have now it may not have later in this round: it leaves the queue.
    if (held >= Math.min(lane.placesMax, left)) continue;
    first.count++;
    take(pools, pace, 1);
    queue.push(first);
    return true;
  }
  return false;
}

function byPlaces(one: DeliveryLane, other: DeliveryLane): number {
  return one.inFlight.size - other.inFlight.size || one.turn - other.turn;
}

function byPlacesHeld(one: readonly LanePlaces[], other: readonly LanePlaces[]): number {
  return held(one) - held(other) || newestTurn(one) - newestTurn(other);
}

function held(tenant: readonly LanePlaces[]): number {
  return tenant.reduce((sum, { lane }) => sum + lane.inFlight.size, 0);
}

function newestTurn(tenant: readonly LanePlaces[]): number {
  return tenant.reduce((newest, { lane }) => Math.max(newest, lane.turn), 0);
}
