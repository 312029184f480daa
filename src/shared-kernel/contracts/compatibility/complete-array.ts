import { documentSize, documentSizeMax } from './document-size.js';
import { empty, found } from './outcome.js';
import { goalAt } from './array-plan.js';
import { misfit } from './goal-parts.js';
import { undecided } from './leaf.js';
import type { ArrayPlan } from './array-plan.js';
import type { Json } from './json-schema.js';
import type { Leaf } from './leaf.js';
import type { OpenOutcome, Outcome } from './outcome.js';

const lengthMax = 2_000;
/** Each item that must differ is looked for with all before it ruled out. */
const uniqueLengthMax = 60;

/** The plan as an array, so many items longer than it must be. */
export function completeArray(plan: ArrayPlan, extra: number, leaf: Leaf): Outcome {
  const { facts } = plan;
  const last = Math.max(-1, ...plan.items.keys(), ...(plan.repeated ?? []));
  const needed = Math.max(facts.lengthMin, last + 1);
  if (needed > plan.lengthMax) return empty;
  const length = Math.min(needed + extra, plan.lengthMax);
  if (length > (facts.mustBeUnique ? uniqueLengthMax : lengthMax)) {
    return undecided(leaf, undefined);
  }
  const made = facts.mustBeUnique
    ? differentItems(plan, length, leaf)
    : anyItems(plan, length, leaf);
  const isTooLarge = made.kind !== 'empty' && documentSize(made.value ?? null) > documentSizeMax;
  return isTooLarge ? undecided(leaf, undefined) : made;
}

function anyItems(plan: ArrayPlan, length: number, leaf: Leaf): Outcome {
  const items: Json[] = [];
  let open: OpenOutcome | undefined;
  for (let place = 0; place < length; place += 1) {
    const outcome = leaf.solver.solveAt(String(place), goalAt(plan, place));
    if (outcome.kind === 'empty') return empty;
    if (outcome.kind === 'unknown') open ??= outcome;
    items.push(outcome.value ?? null);
  }
  return open ? { ...open, value: items } : found(items);
}

/** Places from both ends, since what one place takes may be all that another one can have. */
function differentItems(plan: ArrayPlan, length: number, leaf: Leaf): Outcome {
  const places = Array.from({ length }, (_, index) => index);
  const forward = takeDifferent(plan, places, leaf);
  return forward.kind === 'unknown' ? takeDifferent(plan, places.reverse(), leaf) : forward;
}

function takeDifferent(plan: ArrayPlan, places: readonly number[], leaf: Leaf): Outcome {
  const { pool } = leaf.solver;
  const items: Json[] = [];
  const taken: Json[] = [];
  const goals = new Set<string>();
  for (const place of places) {
    const goal = goalAt(plan, place);
    goals.add(goal.map(({ node, negated }) => `${String(negated)}${node.id}`).join());
    const others = taken.length > 0 ? [misfit(pool.oneOf(taken))] : [];
    const outcome = leaf.solver.solveAt(String(place), [...goal, ...others]);
    // Where all places are alike, running out of values is a proof (pigeonholes); else another
    // choice before could have left one.
    if (outcome.kind === 'empty') return goals.size === 1 ? empty : undecided(leaf, undefined);
    if (outcome.kind === 'unknown')
      return outcome.value === undefined ? outcome : withoutValue(outcome);
    items[place] = outcome.value;
    taken.push(outcome.value);
  }
  return found(items);
}

function withoutValue(outcome: OpenOutcome): Outcome {
  return { kind: 'unknown', reason: outcome.reason, path: outcome.path };
}
