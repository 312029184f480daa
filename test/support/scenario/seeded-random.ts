/**
 * Chance that comes out the same for the same seed (mulberry32).
 *
 * @returns a function that draws a whole number from 0 up to, and without, its argument
 */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  };
}

/** Mixes the order by chance; what has the same key keeps its order among itself. */
export function mixedAcrossKeys<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  random: (below: number) => number,
): Item[] {
  const lanes = [...Map.groupBy(items, keyOf).values()];
  const mixed: Item[] = [];
  while (mixed.length < items.length) {
    const open = lanes.filter((lane) => lane.length > 0);
    const next = open[random(open.length)]?.shift();
    if (next !== undefined) mixed.push(next);
  }
  return mixed;
}
