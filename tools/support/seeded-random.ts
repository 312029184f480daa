/** Numbers from 0 to below 1 that are the same for the same seed. */
export type Random = () => number;

/** A small generator (mulberry32); good enough to choose test data. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 to below the limit. */
export function randomInt(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}
