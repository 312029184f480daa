import { empty, found } from './outcome.js';
import { likely, no } from './truth.js';
import type { Literal } from './formula.js';
import type { Json } from './json-schema.js';
import type { Outcome } from './outcome.js';
import type { DocumentSearch } from './document-search.js';
import type { Truth } from './truth.js';

/** A set of literals about one type, for which a document is looked for. */
export interface Leaf {
  readonly literals: readonly Literal[];
  readonly solver: DocumentSearch;
  /** Whether a document is what is looked for, as far as can be told. */
  fits(value: Json): boolean;
}

/** How sure it is that a document meets all literals of the leaf. */
function truthIn(leaf: Leaf, value: Json): Truth {
  const { evaluator } = leaf.solver;
  let least: Truth = 3;
  for (const literal of leaf.literals) {
    const truth = evaluator.formula(literal, value);
    if (truth < least) least = truth;
  }
  return least;
}

/** Chooses among all documents that there are: proves emptiness when each is ruled out. */
export function chooseAmongAll(values: readonly Json[], leaf: Leaf): Outcome {
  let open: Json | undefined;
  for (const value of values) {
    const truth = truthIn(leaf, value);
    if (truth === no) continue;
    if (leaf.fits(value)) return found(value);
    if (open === undefined || truth >= likely) open = value;
  }
  return open === undefined ? empty : undecided(leaf, open);
}

/** Chooses among some documents of many; never proves emptiness. */
export function chooseAmongSome(values: Iterable<Json>, leaf: Leaf): Outcome {
  let first: Json | undefined;
  for (const value of values) {
    if (leaf.fits(value)) return found(value);
    first ??= value;
  }
  return undecided(leaf, first);
}

/** The answer where a document could exist, but none was found that surely does. */
export function undecided(leaf: Leaf, value: Json | undefined): Outcome {
  const reason = reasonIn(leaf.literals);
  const path = leaf.solver.path;
  return value === undefined
    ? { kind: 'unknown', reason, path }
    : { kind: 'unknown', reason, path, value };
}

function reasonIn(literals: readonly Literal[]): string {
  for (const { atom } of literals) {
    if (atom.kind === 'opaque') return atom.reason;
    if (atom.kind === 'format') return `the format "${atom.format}" is not understood`;
  }
  const last = literals.at(-1)?.atom;
  if (last?.kind === 'multiple') return `multipleOf ${last.divisor} could not be decided`;
  return 'no document was found that shows a difference, and none was proved absent';
}
