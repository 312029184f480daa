import fc from 'fast-check';
import { parkingOf } from './parking.js';
import { messagingErrors } from './reaction-errors.js';

const event = { position: 7, key: 'k' };
const nowMs = 1_000_000;

describe('parking', () => {
  it('waits longer after every try, up to an hour', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6].map(
      (tries) => parkingOf(event, tries, 'parked', null, nowMs, 0.5).due_at_ms - nowMs,
    );
    expect(delays).toEqual([1_000, 4_000, 16_000, 64_000, 256_000, 1_024_000, 3_600_000]);
  });

  it('spreads the delay by a fifth at the most', () => {
    const unit = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), unit, (tries, chance) => {
        const delay = parkingOf(event, tries, 'parked', null, 0, chance).due_at_ms;
        const middle = parkingOf(event, tries, 'parked', null, 0, 0.5).due_at_ms;
        expect(delay).toBeGreaterThanOrEqual(0.8 * middle - 1);
        expect(delay).toBeLessThanOrEqual(1.2 * middle + 1);
      }),
    );
  });

  it('is dead after the eighth try', () => {
    expect(parkingOf(event, 6, 'parked', null, 0, 0)).toMatchObject({ state: 'parked', tries: 7 });
    expect(parkingOf(event, 7, 'parked', null, 0, 0)).toMatchObject({ state: 'dead', tries: 8 });
  });

  it('counts no try for what only waits, and one for what is dead at once', () => {
    expect(parkingOf(event, 0, 'waiting', null, nowMs, 0)).toEqual({
      position: 7,
      key: 'k',
      state: 'waiting',
      tries: 0,
      due_at_ms: nowMs,
      error_code: '',
      error_message: '',
      parked_at_ms: nowMs,
    });
    expect(parkingOf(event, 3, 'dead', null, nowMs, 0)).toMatchObject({ state: 'dead', tries: 4 });
  });

  it('writes down what went wrong, whatever was thrown, within bounds', () => {
    const of = (error: unknown) => parkingOf(event, 0, 'parked', error, 0, 0);
    expect(of(messagingErrors.hopLimit('16 reactions.'))).toMatchObject({
      error_code: 'messaging.hop-limit',
      error_message: '16 reactions.',
    });
    expect(of(new TypeError('x is undefined'))).toMatchObject({
      error_code: 'internal',
      error_message: 'x is undefined',
    });
    expect(of('plain words')).toMatchObject({ error_message: 'plain words' });
    expect(of(new Error('x'.repeat(9_999))).error_message).toHaveLength(2_000);
  });
});
