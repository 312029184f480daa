import { DeliveryLanes, type LaneClaim } from './delivery-lanes.js';

const nowMs = 1_700_000_000_000;
const all = { after: '', upTo: null };
const found = (lane: string, overrides: Partial<LaneClaim> = {}): LaneClaim => ({
  lane,
  ids: [],
  nextDueAtMs: null,
  openAtMs: 0,
  ...overrides,
});

describe('the lanes', () => {
  it('are ready when a look finds something due, and when they are told of it', () => {
    const lanes = new DeliveryLanes();
    expect(lanes.nextReadyAtMs()).toBeNull();
    lanes.saw([{ lane: 'a', dueAtMs: nowMs }], all, lanes.touches());
    expect(lanes.nextReadyAtMs()).toBe(nowMs);
    lanes.touch('b', nowMs - 5);
    expect(lanes.nextReadyAtMs()).toBe(nowMs - 5);
  });

  it('follow a hint once a commit made something due, while it is young', () => {
    const lanes = new DeliveryLanes();
    lanes.hint('a', nowMs);
    expect(lanes.strangers(nowMs)).toEqual([]);
    lanes.hintsCameTrue();
    expect(lanes.strangers(nowMs + 2_000).map(({ id }) => id)).toEqual(['a']);
    expect(lanes.nextReadyAtMs()).toBe(0);
    lanes.claimed(found('a'), lanes.find('a')!.touches, nowMs);
    lanes.hintsCameTrue();
    lanes.strangers(nowMs + 2_001);
    expect(lanes.nextReadyAtMs()).toBeNull();
  });

  it('are empty after a claim that found nothing, unless they were touched meanwhile', () => {
    const lanes = new DeliveryLanes();
    lanes.touch('a', 0);
    const { touches } = lanes.find('a')!;
    lanes.touch('a', 0);
    lanes.claimed(found('a'), touches, nowMs);
    expect(lanes.nextReadyAtMs()).toBe(0);
    lanes.claimed(found('a', { nextDueAtMs: nowMs + 9 }), lanes.find('a')!.touches, nowMs);
    expect(lanes.nextReadyAtMs()).toBe(nowMs + 9);
  });

  it('keep what they were told during a look that did not see it', () => {
    const lanes = new DeliveryLanes();
    lanes.touch('a', 0);
    const before = lanes.touches();
    lanes.touch('a', 0);
    lanes.saw([], all, before);
    expect(lanes.nextReadyAtMs()).toBe(0);
    lanes.saw([], all, lanes.touches());
    expect(lanes.nextReadyAtMs()).toBeNull();
  });

  it('leave lanes alone that a look did not come to', () => {
    const lanes = new DeliveryLanes();
    for (const lane of ['a', 'b', 'c']) lanes.touch(lane, nowMs);
    lanes.saw([{ lane: 'b', dueAtMs: nowMs + 1 }], { after: 'a', upTo: 'b' }, lanes.touches());
    expect(['a', 'b', 'c'].map((lane) => lanes.find(lane)?.dueAtMs)).toEqual([
      nowMs,
      nowMs + 1,
      nowMs,
    ]);
  });

  it('forget those that have nothing to do when there are many', () => {
    const lanes = new DeliveryLanes();
    for (let n = 0; n < 2_100; n++) lanes.touch(`lane ${n}`, nowMs);
    lanes.saw([], all, lanes.touches());
    expect(lanes.touches().size).toBe(2_000);
  });

  it('count what they have in flight until it has ended', () => {
    const lanes = new DeliveryLanes();
    lanes.touch('a', 0);
    lanes.claimed(found('a', { ids: ['one', 'two'], nextDueAtMs: nowMs }), 1, nowMs);
    expect(lanes.find('a')).toMatchObject({ isBehind: true });
    expect(lanes.find('a')?.inFlight.size).toBe(2);
    lanes.ended('a', 'one', nowMs + 5);
    lanes.ended('a', 'unknown', nowMs + 5);
    expect(lanes.find('a')?.inFlight.size).toBe(1);
    expect(lanes.find('a')?.pace(nowMs + 5)).toBe('quick');
    expect(lanes.find('a')?.pace(nowMs + 5_000)).toBe('slow');
  });
});
