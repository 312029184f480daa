import fc from 'fast-check';
import { RateLimiter } from './rate-limiter.js';

const startMs = 1_700_000_000_000;

describe('a rate limiter', () => {
  it('lets a burst in, then one for each interval', () => {
    const limiter = new RateLimiter();
    const limit = { perSecond: 10, burst: 3 };
    const take = (afterMs: number) => limiter.take('a', limit, startMs + afterMs);
    expect([take(0), take(0), take(0)]).toEqual([0, 0, 0]);
    expect(take(0)).toBe(100);
    expect(take(99)).toBe(1);
    expect(take(100)).toBe(0);
    expect(take(100)).toBe(100);
  });

  it('counts each key by itself', () => {
    const limiter = new RateLimiter();
    const limit = { perSecond: 1, burst: 1 };
    expect(limiter.take('a', limit, startMs)).toBe(0);
    expect(limiter.take('b', limit, startMs)).toBe(0);
    expect(limiter.take('a', limit, startMs)).toBe(1_000);
  });

  it('does not lock a key out when the clock is set back', () => {
    const limiter = new RateLimiter();
    const limit = { perSecond: 1, burst: 5 };
    expect(limiter.take('a', limit, startMs)).toBe(0);
    expect(limiter.take('a', limit, startMs - 3_600_000)).toBeLessThanOrEqual(5_000);
  });

  it('remembers a bounded number of keys, and those in use before the others', () => {
    const limiter = new RateLimiter();
    const limit = { perSecond: 1, burst: 1 };
    for (let key = 0; key < 10_000; key++) limiter.take(`idle ${key}`, limit, startMs);
    limiter.take('idle 0', { perSecond: 0.001, burst: 2 }, startMs + 999);
    limiter.take('new', limit, startMs + 2_000);
    expect(limiter.size).toBeLessThan(10);
    for (let key = 0; key < 10_001; key++) {
      limiter.take(`busy ${key}`, { perSecond: 0.001, burst: 1 }, startMs + 2_000);
    }
    expect(limiter.size).toBeLessThanOrEqual(10_000);
  });

  it('never lets in more than the burst and the rate of any span of time', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        arrivals,
        fc.record({
          perSecond: fc.double({ min: 0.1, max: 50, noNaN: true }),
          burst: fc.integer({ min: 1, max: 20 }),
        }),
        (gapsMs, limit) => {
          const limiter = new RateLimiter();
          let nowMs = startMs;
          const admitted: number[] = [];
          for (const gapMs of gapsMs) {
            nowMs += gapMs;
            const waitMs = limiter.take('a', limit, nowMs);
            if (waitMs === 0) admitted.push(nowMs);
            // Who waits as long as told is let in.
            else expect(limiter.take('a', limit, (nowMs += Math.ceil(waitMs)))).toBe(0);
            if (waitMs !== 0) admitted.push(nowMs);
          }
          for (let first = 0; first < admitted.length; first++) {
            const spanMs = admitted.at(-1)! - admitted[first]!;
            const allowed = limit.burst + (spanMs / 1_000) * limit.perSecond;
            expect(admitted.length - first).toBeLessThanOrEqual(allowed + 1e-6);
          }
        },
      ),
    );
  });
});
