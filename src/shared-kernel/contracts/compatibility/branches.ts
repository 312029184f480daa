import { and, fits, negate } from './formula.js';
import { atomKey } from './atom-key.js';
import type { Budget } from './budget.js';
import type { Atom, Formula, Literal } from './formula.js';
import type { JsonType } from './json-schema.js';
import type { SchemaNode, Signed } from './schema-pool.js';

/** Statements that are copied for a new branch, for the price of one step. */
const copiesPerStep = 64;

/** What is known of an alternative beside the statements that hold already. */
export type Opinion = 'implied' | 'refuted' | undefined;

/** What taking formulas apart needs to know. */
export interface BranchWorld {
  readonly type: JsonType;
  readonly budget: Budget;
  formulaOf(node: SchemaNode): Formula;
  /** Looks deeper than the wording: whether the literals decide about one more. */
  opinion(alternative: Literal, literals: readonly Literal[]): Opinion;
}

/** Statements that must hold together; clauses are those of which one part must hold. */
interface Branch {
  readonly held: Set<string>;
  readonly literals: Literal[];
  clauses: (readonly Formula[])[];
}

/**
 * Takes a goal apart for documents of one type: yields sets of literals such that a document meets
 * the goal exactly when it meets one of the sets (an analytic tableau with unit propagation).
 * Stops early when the budget is spent.
 */
export function* branches(
  goal: readonly Signed[],
  world: BranchWorld,
): Generator<readonly Literal[]> {
  const branch: Branch = { held: new Set(), literals: [], clauses: [] };
  const isOpen = goal.every(({ node, negated }) =>
    absorb(branch, { kind: 'schema', node, negated }, world),
  );
  if (isOpen) yield* unfold(branch, world);
}

function* unfold(branch: Branch, world: BranchWorld): Generator<readonly Literal[]> {
  if (!world.budget.spend() || !propagate(branch, world, false)) return;
  if (!branch.clauses.some(isCompound) && !propagate(branch, world, true)) return;
  const clause = chooseClause(branch.clauses);
  if (!clause) {
    yield branch.literals;
    return;
  }
  for (const alternative of clause) {
    if (!world.budget.spend(Math.ceil(branch.held.size / copiesPerStep))) return;
    const next: Branch = {
      held: new Set(branch.held),
      literals: [...branch.literals],
      clauses: branch.clauses.filter((each) => each !== clause),
    };
    if (absorb(next, alternative, world)) yield* unfold(next, world);
    if (world.budget.isSpent) return;
  }
}

/** Unions of schemas come first: what they settle decides most of the small alternatives. */
function chooseClause(clauses: readonly (readonly Formula[])[]): readonly Formula[] | undefined {
  const compound = clauses.filter(isCompound);
  const candidates = compound.length > 0 ? compound : clauses;
  return candidates.toSorted((a, b) => a.length - b.length)[0];
}

function isCompound(clause: readonly Formula[]): boolean {
  return clause.some(({ kind }) => kind !== 'literal');
}

/** Drops what is settled until nothing changes; false when the branch is closed. */
function propagate(branch: Branch, world: BranchWorld, deeply: boolean): boolean {
  for (let changed = true; changed;) {
    changed = false;
    const clauses = branch.clauses;
    branch.clauses = [];
    for (const clause of clauses) {
      const left = stillOpen(clause, branch, world, deeply);
      if (left === 'settled') continue;
      if (left.length > 1) {
        branch.clauses.push(left);
        changed ||= left.length < clause.length && deeply;
        continue;
      }
      const [only] = left;
      if (!only || !absorb(branch, only, world)) return false;
      changed = true;
    }
  }
  return true;
}

function stillOpen(
  clause: readonly Formula[],
  branch: Branch,
  world: BranchWorld,
  deeply: boolean,
): readonly Formula[] | 'settled' {
  const left: Formula[] = [];
  for (const alternative of clause) {
    const opinion = opinionOf(alternative, branch, world, deeply);
    if (opinion === 'implied') return 'settled';
    if (opinion !== 'refuted') left.push(alternative);
  }
  return left;
}

function opinionOf(
  alternative: Formula,
  branch: Branch,
  world: BranchWorld,
  deeply: boolean,
): Opinion {
  switch (alternative.kind) {
    case 'always':
      return 'implied';
    case 'never':
      return 'refuted';
    case 'schema': {
      if (branch.held.has(schemaKey(alternative.node, alternative.negated))) return 'implied';
      const opposite = schemaKey(alternative.node, !alternative.negated);
      return branch.held.has(opposite) ? 'refuted' : undefined;
    }
    case 'literal': {
      const { atom, negated } = alternative;
      if (isElsewhere(atom, world.type)) return negated ? 'refuted' : 'implied';
      const settled = settledByType(atom, world.type);
      if (settled !== undefined) return settled !== negated ? 'implied' : 'refuted';
      const key = atomKey(atom);
      if (branch.held.has(literalKey(key, negated))) return 'implied';
      if (branch.held.has(literalKey(key, !negated))) return 'refuted';
      return deeply ? world.opinion(alternative, branch.literals) : undefined;
    }
    case 'and':
      return opinionOfAll(alternative.parts, branch, world);
    case 'or':
    case 'exactly-one':
      return undefined;
  }
}

/** By the wording only: what is refuted so is not even tried. */
function opinionOfAll(parts: readonly Formula[], branch: Branch, world: BranchWorld): Opinion {
  const opinions = parts.map((part) => opinionOf(part, branch, world, false));
  if (opinions.includes('refuted')) return 'refuted';
  return opinions.every((opinion) => opinion === 'implied') ? 'implied' : undefined;
}

/** Adds a statement to the branch; false when that contradicts what it holds. */
function absorb(branch: Branch, formula: Formula, world: BranchWorld): boolean {
  switch (formula.kind) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'and':
      return formula.parts.every((part) => absorb(branch, part, world));
    case 'or':
      branch.clauses.push(flatten(formula.parts));
      return true;
    case 'exactly-one':
      branch.clauses.push(waysOfOne(formula.nodes, formula.negated, world.budget));
      return true;
    case 'schema':
      return absorbSchema(branch, formula.node, formula.negated, world);
    case 'literal':
      return absorbLiteral(branch, formula, world);
  }
}

function absorbSchema(branch: Branch, node: SchemaNode, negated: boolean, world: BranchWorld) {
  const key = schemaKey(node, negated);
  if (branch.held.has(key)) return true;
  if (branch.held.has(schemaKey(node, !negated))) return false;
  branch.held.add(key);
  const formula = world.formulaOf(node);
  return world.budget.spend() && absorb(branch, negated ? negate(formula) : formula, world);
}

function absorbLiteral(branch: Branch, literal: Literal, world: BranchWorld): boolean {
  const { atom, negated } = literal;
  if (isElsewhere(atom, world.type)) return !negated;
  const settled = settledByType(atom, world.type);
  if (settled !== undefined) return settled !== negated;
  const kept: Literal =
    atom.kind === 'type' ? { ...literal, atom: { kind: 'integer', on: 'number' } } : literal;
  const key = atomKey(kept.atom);
  if (branch.held.has(literalKey(key, !negated))) return false;
  if (branch.held.has(literalKey(key, negated))) return true;
  branch.held.add(literalKey(key, negated));
  branch.literals.push(kept);
  return true;
}

function isElsewhere(atom: Atom, type: JsonType): boolean {
  return atom.on !== 'any' && atom.on !== type;
}

/** What a `type` says once the type is known; undefined when `integer` still decides. */
function settledByType(atom: Atom, type: JsonType): boolean | undefined {
  if (atom.kind !== 'type') return undefined;
  if (atom.types.has(type)) return true;
  return type === 'number' && atom.types.has('integer') ? undefined : false;
}

/** `oneOf` as alternatives: this one and no other; negated: none of them, or two. */
function waysOfOne(nodes: readonly SchemaNode[], negated: boolean, budget: Budget): Formula[] {
  const without = (chosen: number) =>
    nodes.flatMap((node, index) => (index === chosen ? [] : [negate(fits(node))]));
  budget.spend(Math.ceil(nodes.length ** 2 / copiesPerStep));
  if (!negated) return nodes.map((node, index) => and(fits(node), ...without(index)));
  const pairs = nodes.flatMap((first, index) =>
    nodes.slice(index + 1).map((second) => and(fits(first), fits(second))),
  );
  return [and(...without(-1)), ...pairs];
}

function flatten(parts: readonly Formula[]): Formula[] {
  return parts.flatMap((part) => (part.kind === 'or' ? flatten(part.parts) : [part]));
}

function schemaKey(node: SchemaNode, negated: boolean): string {
  return `${negated ? '-' : '+'}${node.id}`;
}

function literalKey(key: string, negated: boolean): string {
  return `${negated ? '-' : '+'}${key}`;
}
