import fc from 'fast-check';
import { compileTiming } from './schedule-timing.js';

const ms = (iso: string) => Date.parse(iso);
const zone = 'Europe/Warsaw';

/** The next times of a timing behind a moment, as ISO 8601 in UTC. */
function times(cron: string, from: string, count: number): string[] {
  const timing = compileTiming({ cron, zone });
  const found: string[] = [];
  for (let at = ms(from); found.length < count; found.push(new Date(at).toISOString())) {
    at = timing.next(at, at);
  }
  return found.map((iso) => iso.replace(':00.000Z', 'Z'));
}

describe('the timing of a schedule', () => {
  it('keeps local time when clocks change', () => {
    expect(times('0 9 * * *', '2026-03-27T12:00Z', 3)).toEqual([
      '2026-03-28T08:00Z',
      '2026-03-29T07:00Z',
      '2026-03-30T07:00Z',
    ]);
    expect(times('0 9 * * *', '2026-10-23T12:00Z', 3)).toEqual([
      '2026-10-24T07:00Z',
      '2026-10-25T08:00Z',
      '2026-10-26T08:00Z',
    ]);
  });

  it('moves a time that does not exist behind the gap', () => {
    expect(times('30 2 * * *', '2026-03-28T12:00Z', 2)).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
  });

  it('comes once at a time that exists twice', () => {
    expect(times('30 2 * * *', '2026-10-24T12:00Z', 2)).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
  });

  it('goes on every half hour while clocks change', () => {
    expect(times('*/30 * * * *', '2026-10-25T00:00Z', 4)).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
      '2026-10-25T02:00Z',
    ]);
  });

  it('waits for leap years', () => {
    expect(times('0 0 29 2 *', '2026-01-01T00:00Z', 2)).toEqual([
      '2028-02-28T23:00Z',
      '2032-02-28T23:00Z',
    ]);
  });

  it('counts fixed pauses from an occurrence, without drift', () => {
    const timing = compileTiming({ everyMs: 1_000 });
    expect(timing.next(500, 400)).toBe(500);
    expect(timing.next(500, 500)).toBe(1_500);
    expect(timing.next(500, 3_700)).toBe(4_500);
    expect(timing.newest(500, 3_700)).toBe(3_500);
    expect(timing.newest(500, 3_500)).toBe(3_500);
  });

  it('knows the newest occurrence up to now', () => {
    const timing = compileTiming({ cron: '0 9 * * *', zone });
    const monday = ms('2026-06-01T07:00Z');
    expect(timing.newest(monday, monday)).toBe(monday);
    expect(timing.newest(monday, ms('2026-06-04T06:59:59.999Z'))).toBe(ms('2026-06-03T07:00Z'));
    expect(timing.newest(monday, ms('2026-06-04T07:00Z'))).toBe(ms('2026-06-04T07:00Z'));
  });

  it('has no occurrence between the newest and the next', () => {
    const patterns = ['0 9 * * *', '30 2 * * *', '*/7 * * * *', '15 1,2,3 * * 0', '0 0 1 * *'];
    const inYear = fc.integer({ min: ms('2026-01-01T00:00Z'), max: ms('2027-01-01T00:00Z') });
    const runs = fc.property(fc.constantFrom(...patterns), inYear, inYear, (cron, one, other) => {
      const timing = compileTiming({ cron, zone });
      const [from, now] = [Math.min(one, other), Math.max(one, other)];
      const occurs = timing.next(from, from);
      fc.pre(occurs <= now);
      const newest = timing.newest(occurs, now);
      const next = timing.next(occurs, now);
      expect([newest >= occurs, newest <= now, next > now]).toEqual([true, true, true]);
      expect(timing.next(newest, newest)).toBe(next);
    });
    fc.assert(runs, { numRuns: 300 });
  });

  it.each([
    [{ cron: '61 * * * *', zone }, 'Invalid value for minute'],
    [{ cron: '0 9 * *', zone }, 'exactly five'],
    [{ cron: '0 0 30 2 *', zone }, 'never comes'],
    [{ cron: '0 9 * * *', zone: 'Mars/Olympus' }, 'Mars/Olympus'],
    [{ everyMs: 999 }, 'a whole number from 1000'],
    [{ everyMs: 1_000.5 }, 'a whole number from 1000'],
  ])('refuses what is none: %j', (timing, why) => {
    expect(() => compileTiming(timing)).toThrow(why);
  });
});
