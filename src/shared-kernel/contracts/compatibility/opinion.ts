import { ArrayFacts } from './array-facts.js';
import { fit, misfit } from './goal-parts.js';
import { ObjectFacts } from './object-facts.js';
import { solveLeaf } from './solve-leaf.js';
import type { Opinion } from './branches.js';
import type { Literal } from './formula.js';
import type { JsonType } from './json-schema.js';
import type { Signed } from './schema-pool.js';
import type { DocumentSearch } from './document-search.js';

type Judge = (alternative: Literal, literals: readonly Literal[]) => Opinion;

/**
 * Judges alternatives by what is known of the single property or item that they speak of. Without
 * it a union of n variants would be taken apart in exponentially many ways.
 */
export function opinionOn(type: JsonType, solver: DocumentSearch): Judge {
  switch (type) {
    case 'object':
      return (alternative, literals) => opinionOfObject(alternative, literals, solver);
    case 'array':
      return (alternative, literals) => opinionOfArray(alternative, literals, solver);
    case 'number':
    case 'string':
      return (alternative, literals) => opinionOfScalar(alternative, literals, type, solver);
    case 'boolean':
    case 'null':
      return () => undefined;
  }
}

function opinionOfScalar(
  alternative: Literal,
  literals: readonly Literal[],
  type: JsonType,
  solver: DocumentSearch,
): Opinion {
  const isImpossible = (also: Literal) => {
    const leaf = { literals: [...literals, also], solver, fits: () => true };
    return solveLeaf(type, leaf).kind === 'empty';
  };
  if (isImpossible(alternative)) return 'refuted';
  return isImpossible({ ...alternative, negated: !alternative.negated }) ? 'implied' : undefined;
}

const remembered = new WeakMap<readonly Literal[], { count: number; facts: ObjectFacts }>();

/** The facts are asked for once for each alternative, and literals are only ever added. */
function factsOf(literals: readonly Literal[], solver: DocumentSearch): ObjectFacts {
  const known = remembered.get(literals);
  if (known?.count === literals.length) return known.facts;
  const facts = new ObjectFacts(literals, solver.evaluator);
  remembered.set(literals, { count: literals.length, facts });
  return facts;
}

function opinionOfObject(
  { atom, negated }: Literal,
  literals: readonly Literal[],
  solver: DocumentSearch,
): Opinion {
  if (atom.kind !== 'has' && (atom.kind !== 'values' || atom.names.kind !== 'name')) {
    return undefined;
  }
  const facts = factsOf(literals, solver);
  const name = atom.kind === 'has' ? atom.name : atom.names.kind === 'name' ? atom.names.name : '';
  const rules = facts.valueGoal(name);
  const isPresent = facts.present.has(name);
  const isPossible = (also: readonly Signed[]) =>
    !facts.isBarred(name) && solver.solveAt(name, [...rules, ...also]).kind !== 'empty';
  if (atom.kind === 'has') {
    if (isPresent) return negated ? 'refuted' : 'implied';
    if (isPossible([])) return undefined;
    return negated ? 'implied' : 'refuted';
  }
  // "If it is there, it fits": wrong only for a value that is there and does not.
  const holds = !isPossible([misfit(atom.node)]);
  if (holds) return negated ? 'refuted' : 'implied';
  if (!isPresent || isPossible([fit(atom.node)])) return undefined;
  return negated ? 'implied' : 'refuted';
}

function opinionOfArray(
  { atom, negated }: Literal,
  literals: readonly Literal[],
  solver: DocumentSearch,
): Opinion {
  if (atom.kind !== 'item') return undefined;
  const facts = new ArrayFacts(literals);
  const rules = facts.itemGoal(atom.index);
  const isPossible = (also: Signed) =>
    facts.lengthMax > atom.index &&
    solver.solveAt(String(atom.index), [...rules, also]).kind !== 'empty';
  if (!isPossible(misfit(atom.node))) return negated ? 'refuted' : 'implied';
  if (facts.lengthMin <= atom.index || isPossible(fit(atom.node))) return undefined;
  return negated ? 'implied' : 'refuted';
}
