import { completeArray } from './complete-array.js';
import { chooseAmongAll, chooseAmongSome, undecided } from './leaf.js';
import { ArrayFacts } from './array-facts.js';
import { goalAt } from './array-plan.js';
import { fit, misfit } from './goal-parts.js';
import { empty, firstOf } from './outcome.js';
import type { ArrayPlan } from './array-plan.js';
import type { ItemDemand } from './array-facts.js';
import type { Json } from './json-schema.js';
import type { Leaf } from './leaf.js';
import type { Outcome } from './outcome.js';
import type { SchemaNode } from './schema-pool.js';

const demandsMax = 10;
const tailMax = 40;

/** An array that meets the literals, or the proof that there is none. */
export function solveArray(leaf: Leaf): Outcome {
  const facts = new ArrayFacts(leaf.literals);
  if (facts.lengthMin > facts.lengthMax || (facts.mustBeUnique && facts.mustRepeat)) return empty;
  // What matches the one matches the other: more than the most that are allowed.
  if (facts.rivals.some(([more, fewer]) => isWithin(more, fewer, leaf))) return empty;
  if (facts.demands.length > demandsMax || facts.tail > tailMax) return undecided(leaf, undefined);
  const lengthMax = longestOf(facts, leaf);
  if (facts.lengthMin > lengthMax) return empty;
  if (lengthMax === 0) return chooseAmongAll([[]], leaf);
  const plan: ArrayPlan = { facts, lengthMax, items: new Map(), repeated: undefined };
  return placeDemands(plan, facts.demands, leaf);
}

function isWithin(inner: SchemaNode, outer: SchemaNode, leaf: Leaf): boolean {
  return leaf.solver.solve([fit(inner), misfit(outer)]).kind === 'empty';
}

/** The first place at which nothing can stand bounds the length. */
function longestOf(facts: ArrayFacts, leaf: Leaf): number {
  for (let index = 0; index <= facts.tail && index < facts.lengthMax; index += 1) {
    if (leaf.solver.solveAt(String(index), facts.itemGoal(index)).kind === 'empty') return index;
  }
  return facts.lengthMax;
}

/** Tries every place that may meet the first demand, then goes on with the others. */
function placeDemands(plan: ArrayPlan, demands: readonly ItemDemand[], leaf: Leaf): Outcome {
  const [demand, ...others] = demands;
  if (!leaf.solver.budget.spend()) return undecided(leaf, undefined);
  if (!demand) return placeRepetition(plan, leaf);
  const { facts } = plan;
  // Places of the tail are alike: one for each demand is enough.
  const end = Math.min(facts.tail + facts.demands.length, plan.lengthMax);
  const places = range(demand.from, end).filter(
    (place) => !plan.items.get(place)?.some(({ group }) => group === demand.group),
  );
  return firstOf(places, (place) => {
    const items = new Map(plan.items);
    items.set(place, [...(plan.items.get(place) ?? []), demand]);
    const goal = goalAt({ ...plan, items }, place);
    if (leaf.solver.solveAt(String(place), goal).kind === 'empty') return empty;
    return placeDemands({ ...plan, items }, others, leaf);
  });
}

/** Chooses the two places that hold the same, where `uniqueItems` must be broken. */
function placeRepetition(plan: ArrayPlan, leaf: Leaf): Outcome {
  if (!plan.facts.mustRepeat) return finish(plan, leaf);
  const end = Math.min(plan.facts.tail + plan.facts.demands.length + 2, plan.lengthMax);
  const pairs = range(0, end).flatMap((first) =>
    range(first + 1, end).map((second): [number, number] => [first, second]),
  );
  return firstOf(pairs, (repeated) => finish({ ...plan, repeated }, leaf));
}

/** Tries the shortest array, then longer ones, which other keywords may want. */
function finish(plan: ArrayPlan, leaf: Leaf): Outcome {
  const shortest = completeArray(plan, 0, leaf);
  if (shortest.kind !== 'found' || leaf.fits(shortest.value)) return shortest;
  const longer = function* (): Generator<Json> {
    yield shortest.value;
    for (const extra of [1, 2, 3]) {
      const outcome = completeArray(plan, extra, leaf);
      if (outcome.kind === 'found') yield outcome.value;
    }
  };
  return chooseAmongSome(longer(), leaf);
}

function range(from: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - from) }, (_, index) => from + index);
}
