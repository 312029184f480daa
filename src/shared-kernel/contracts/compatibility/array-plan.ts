import type { ArrayFacts } from './array-facts.js';
import type { Signed } from './schema-pool.js';

interface Placed {
  readonly item: Signed;
  readonly group: number;
}

/** Items that the array must have, with what they must be beside the rules. */
export interface ArrayPlan {
  readonly facts: ArrayFacts;
  /** No array that meets the literals is longer. */
  readonly lengthMax: number;
  readonly items: ReadonlyMap<number, readonly Placed[]>;
  /** Two places that must hold the same. */
  readonly repeated: readonly [number, number] | undefined;
}

/** What the item at that place must be, by rule and by demand. */
export function goalAt(plan: ArrayPlan, place: number): Signed[] {
  const [first, second] = plan.repeated ?? [];
  const places = place === first || place === second ? [first, second] : [place];
  return places.flatMap((each = place) => [
    ...plan.facts.itemGoal(each),
    ...(plan.items.get(each) ?? []).map(({ item }) => item),
  ]);
}
