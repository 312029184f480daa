import fc from 'fast-check';
import { DeliveryLane } from './delivery-lane.js';
import { endpointFlowSchema } from './endpoint-flow.js';
import { wellHealth } from './endpoint-health.js';
import { shareOut } from './share-places.js';

const nowMs = 1_700_000_000_000;
const places = 100;
type Pace = 'quick' | 'new' | 'slow';

/** A lane that has something due and holds places since just now, or since long if it is slow. */
function lane(id: string, { tenant = 't', held = 0, pace = 'quick', ...flow } = {}) {
  const made = new DeliveryLane(id);
  made.tenant = tenant;
  made.touch(nowMs);
  made.flow = endpointFlowSchema.parse(flow);
  if (pace !== 'new') {
    made.inFlight.set('before', pace === 'quick' ? nowMs - 10 : nowMs - 5_000);
    made.ended('before', nowMs);
  }
  for (let n = 0; n < held; n++) made.inFlight.set(`dlv ${n}`, nowMs);
  return made;
}

const share = (lanes: DeliveryLane[], limit = 1_000) =>
  Object.fromEntries(
    shareOut(lanes, limit, places, nowMs).map(({ lane: { id }, count }) => [id, count]),
  );

describe('the places', () => {
  it('go to one lane by half, so that there is room for the next one', () => {
    expect(share([lane('only')])).toEqual({ only: 50 });
    expect(share([lane('only', { held: 50 })])).toEqual({});
    expect(share([lane('only', { held: 50 }), lane('next')])).toEqual({ next: 25 });
  });

  it('go to each tenant alike, however many lanes it has', () => {
    const many = Array.from({ length: 9 }, (_, n) => lane(`many ${n}`, { tenant: 'many' }));
    const given = share([...many, lane('one', { tenant: 'one' })], 20);
    expect(given['one']).toBe(10);
    expect(Object.values(given).reduce((sum, count) => sum + count, 0)).toBe(20);
  });

  it('go to lanes that hold fewer first', () => {
    expect(share([lane('busy', { held: 9 }), lane('idle')], 1)).toEqual({ idle: 1 });
  });

  it('are kept from slow lanes by half, and from new ones by a quarter', () => {
    const slow = Array.from({ length: 200 }, (_, n) => lane(`slow ${n}`, { pace: 'slow' }));
    const unknown = Array.from({ length: 200 }, (_, n) => lane(`new ${n}`, { pace: 'new' }));
    expect(Object.keys(share(slow))).toHaveLength(50);
    expect(Object.keys(share(unknown))).toHaveLength(75);
    expect(share([...slow.slice(0, 50).map(hold), lane('quick')])).toEqual({ quick: 25 });
  });

  it('are no more than a lane wants to have at once', () => {
    expect(share([lane('narrow', { concurrency: 3, held: 1 } as object)])).toEqual({ narrow: 2 });
  });

  it('go to a probe alone while a breaker is open, and to none before its time', () => {
    const open = lane('open');
    open.health = { ...wellHealth, openedAtMs: nowMs - 9, probeAtMs: nowMs };
    expect(share([open])).toEqual({ open: 1 });
    open.health = { ...open.health, probeAtMs: nowMs + 1 };
    expect(share([open])).toEqual({});
  });

  it('go to nobody who waits for a time, a rate or nothing at all', () => {
    const [later, paced, empty] = [lane('later'), lane('paced'), lane('empty')];
    later.dueAtMs = nowMs + 1;
    paced.openAtMs = nowMs + 1;
    empty.dueAtMs = null;
    expect(share([later, paced, empty])).toEqual({});
  });

  it('are never given twice, and one is left whenever a lane is without', () => {
    const anyLane = fc.record({
      pace: fc.constantFrom<Pace>('quick', 'new', 'slow'),
      tenant: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(anyLane, { minLength: 1, maxLength: 60 }), (kinds) => {
        const lanes = kinds.map((kind, n) => lane(`${n}`, kind));
        for (let round = 0; round < 30; round++) {
          for (const { lane: one, count } of shareOut(lanes, 25, places, nowMs)) {
            for (let n = 0; n < count; n++) one.inFlight.set(`${round} ${n}`, nowMs);
          }
        }
        const held = lanes.reduce((sum, { inFlight }) => sum + inFlight.size, 0);
        expect(held).toBeLessThan(places);
        expect(share([...lanes, lane('last')])['last']).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

function hold(one: DeliveryLane): DeliveryLane {
  one.inFlight.set('held', nowMs - 5_000);
  return one;
}
