import { chooseAmongAll, chooseAmongSome, undecided } from './leaf.js';
import { empty, firstOf } from './outcome.js';
import { completeObject } from './complete-object.js';
import { FreshNames } from './fresh-names.js';
import { no } from './truth.js';
import { ObjectFacts } from './object-facts.js';
import type { ObjectPlan } from './object-plan.js';
import type { PropertyDemand } from './object-facts.js';
import type { Json } from './json-schema.js';
import type { Leaf } from './leaf.js';
import type { Outcome } from './outcome.js';
import type { Signed } from './schema-pool.js';

const demandsMax = 6;

/** An object that meets the literals, or the proof that there is none. */
export function solveObject(leaf: Leaf): Outcome {
  const facts = new ObjectFacts(leaf.literals, leaf.solver.evaluator);
  const isImpossible = facts.countMin > facts.countMax || facts.present.size > facts.countMax;
  if (isImpossible || [...facts.present].some((name) => facts.isBarred(name))) return empty;
  if (facts.countMax === 0) return chooseAmongAll([{}], leaf);
  if (facts.demands.length > demandsMax) return undecided(leaf, undefined);
  const plan: ObjectPlan = {
    facts,
    fresh: new FreshNames(facts, leaf.solver),
    properties: new Map([...facts.present].map((name) => [name, []])),
  };
  return placeDemands(plan, facts.demands, leaf);
}

/** Tries every property that may meet the first demand, then goes on with the others. */
function placeDemands(plan: ObjectPlan, demands: readonly PropertyDemand[], leaf: Leaf): Outcome {
  const [demand, ...others] = demands;
  if (!leaf.solver.budget.spend()) return undecided(leaf, undefined);
  if (!demand) return finish(plan, leaf);
  const { facts } = plan;
  const { evaluator } = leaf.solver;
  const names = new Set([...facts.known, ...plan.properties.keys()]);
  const candidates = [...names].filter(
    (name) =>
      !facts.isBarred(name) &&
      (!demand.names || evaluator.isNamed(demand.names, name) !== no) &&
      (!demand.name || evaluator.goal([demand.name], name) !== no),
  );
  const { names: fresh, isComplete } = plan.fresh.forDemand(demand, [...names]);
  const outcome = firstOf([...candidates, ...fresh], (name) => {
    const wanted = [...(plan.properties.get(name) ?? []), ...(demand.value ? [demand.value] : [])];
    const properties = new Map([...plan.properties, [name, wanted]]);
    return isFeasible(name, wanted, facts, leaf)
      ? placeDemands({ ...plan, properties }, others, leaf)
      : empty;
  });
  return outcome.kind === 'empty' && !isComplete ? undecided(leaf, undefined) : outcome;
}

function isFeasible(name: string, wanted: readonly Signed[], facts: ObjectFacts, leaf: Leaf) {
  const goal = [...facts.valueGoal(name), ...wanted];
  return leaf.solver.solveAt(name, goal).kind !== 'empty';
}

/** Tries the smallest object, then ones with more properties, which other keywords may want. */
function finish(plan: ObjectPlan, leaf: Leaf): Outcome {
  const smallest = completeObject(plan, 0, leaf);
  if (smallest.kind !== 'found' || leaf.fits(smallest.value)) return smallest;
  const larger = function* (): Generator<Json> {
    yield smallest.value;
    for (const extra of [1, 2, -1]) {
      const outcome = completeObject(plan, extra, leaf);
      if (outcome.kind === 'found') yield outcome.value;
    }
  };
  return chooseAmongSome(larger(), leaf);
}
