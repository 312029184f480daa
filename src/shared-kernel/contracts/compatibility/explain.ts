import { canonicalJson } from './json-schema.js';
import { likely, no } from './truth.js';
import type { Evaluator } from './evaluator.js';
import type { Atom, Formula } from './formula.js';
import type { Json } from './json-schema.js';
import type { SchemaNode } from './schema-pool.js';

/** Where a document breaks a schema, and what the schema demands there. */
export interface Explanation {
  /** JSON pointer into the document. */
  readonly path: string;
  readonly why: string;
}

const nestingMax = 40;

/** Finds the deepest place at which a rejected document breaks the schema. */
export function explain(node: SchemaNode, document: Json, evaluator: Evaluator): Explanation {
  const broken = breachOf({ kind: 'schema', node, negated: false }, document, '', 0, evaluator);
  return broken ?? { path: '', why: 'the document as a whole is not allowed' };
}

function breachOf(
  formula: Formula,
  value: Json,
  path: string,
  nesting: number,
  evaluator: Evaluator,
): Explanation | undefined {
  if (nesting > nestingMax || evaluator.formula(formula, value) >= likely) return undefined;
  const inner = (part: Formula, at: Json = value, place = path) =>
    breachOf(part, at, place, nesting + 1, evaluator);
  switch (formula.kind) {
    case 'never':
      return { path, why: 'nothing is allowed here' };
    case 'always':
      return undefined;
    case 'and':
      return formula.parts.map((part) => inner(part)).find((breach) => breach !== undefined);
    case 'schema':
      if (formula.negated) return { path, why: 'the value is excluded by "not"' };
      return inner(evaluator.formulaOf(formula.node));
    case 'or':
      return breachOfAll(
        withoutGuards(formula.parts).map((part) => inner(part)),
        path,
      );
    case 'exactly-one':
      return breachOfOne(formula.nodes, value, path, inner, evaluator);
    case 'literal':
      return formula.negated
        ? { path, why: describe(formula.atom, true) }
        : breachOfAtom(formula.atom, value, path, inner, evaluator);
  }
}

/** "Another type, or …" reads better without its first half. */
function withoutGuards(parts: readonly Formula[]): readonly Formula[] {
  const others = parts.filter(
    (part) => !(part.kind === 'literal' && part.negated && part.atom.kind === 'type'),
  );
  return others.length > 0 ? others : parts;
}

type Inner = (part: Formula, at?: Json, place?: string) => Explanation | undefined;

function breachOfAll(breaches: readonly (Explanation | undefined)[], path: string): Explanation {
  const known = breaches.filter((breach) => breach !== undefined);
  const [only] = known;
  if (only && known.every((breach) => breach.path === only.path && breach.why === only.why)) {
    return only;
  }
  return { path, why: `none of ${breaches.length} alternatives is met` };
}

function breachOfOne(
  nodes: readonly SchemaNode[],
  value: Json,
  path: string,
  inner: Inner,
  evaluator: Evaluator,
): Explanation {
  const met = nodes.filter((node) => evaluator.node(node, value) >= likely).length;
  if (met > 1) return { path, why: `${met} alternatives of "oneOf" are met` };
  const breaches = nodes.map((node) => inner({ kind: 'schema', node, negated: false }));
  return breachOfAll(breaches, path);
}

function breachOfAtom(
  atom: Atom,
  value: Json,
  path: string,
  inner: Inner,
  evaluator: Evaluator,
): Explanation {
  for (const [segment, part, at] of partsUnder(atom, value, evaluator)) {
    const place = `${path}/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (at === undefined) return { path: place, why: `the name "${segment}" is not allowed` };
    const isBarred = part.schema === false;
    const breach = isBarred
      ? { path: place, why: `the property "${segment}" is not allowed` }
      : inner({ kind: 'schema', node: part, negated: false }, at, place);
    if (breach) return breach;
  }
  return { path, why: describe(atom, false) };
}

/** Values inside of a document that the atom speaks of, with their schemas. */
function* partsUnder(
  atom: Atom,
  value: Json,
  evaluator: Evaluator,
): Generator<[segment: string, schema: SchemaNode, value: Json | undefined]> {
  if (atom.on === 'object') {
    for (const [name, each] of Object.entries(value as Record<string, Json>)) {
      if (atom.kind === 'values' && evaluator.isNamed(atom.names, name) !== no) {
        yield [name, atom.node, each];
      }
      const isBadName = atom.kind === 'names' && evaluator.node(atom.node, name) < likely;
      if (isBadName) yield [name, atom.node, undefined];
    }
  }
  if (atom.on === 'array' && (atom.kind === 'item' || atom.kind === 'items')) {
    for (const [index, each] of (value as readonly Json[]).entries()) {
      const isMeant = atom.kind === 'item' ? index === atom.index : index >= atom.from;
      if (isMeant) yield [String(index), atom.node, each];
    }
  }
}

function describe(atom: Atom, negated: boolean): string {
  const must = negated ? 'must not' : 'must';
  switch (atom.kind) {
    case 'type':
      return `the type ${must} be ${[...atom.types].join(' or ')}`;
    case 'enum':
      return `the value ${must} be ${[...atom.values.keys()].join(' or ')}`;
    case 'opaque':
      return atom.reason;
    case 'integer':
      return `the number ${must} be an integer`;
    case 'above':
      return describeBound(atom.limit, atom.inclusive, negated);
    case 'multiple':
      return `the number ${must} be a multiple of ${atom.divisor}`;
    case 'size':
      return describeSize(atom.on, atom.atLeast, negated);
    case 'pattern':
      return `the text ${must} match the pattern ${atom.pattern}`;
    case 'format':
      return `the value ${must} have the format "${atom.format}"`;
    case 'unique':
      return negated ? 'two items must be equal' : 'all items must differ';
    case 'contains':
      return negated
        ? `at most ${atom.atLeast - 1} items may match "contains"`
        : `at least ${atom.atLeast} items must match "contains"`;
    case 'has':
      return negated
        ? `the property ${canonicalJson(atom.name)} is not allowed`
        : `the property ${canonicalJson(atom.name)} is required`;
    case 'item':
    case 'items':
    case 'values':
    case 'names':
      return 'a value inside is excluded by "not"';
  }
}

function describeBound(limit: number, inclusive: boolean, negated: boolean): string {
  if (negated) return `the number must be ${inclusive ? 'less than' : 'at most'} ${limit}`;
  return `the number must be ${inclusive ? 'at least' : 'more than'} ${limit}`;
}

function describeSize(
  on: 'string' | 'array' | 'object',
  atLeast: number,
  negated: boolean,
): string {
  const unit = { string: 'characters', array: 'items', object: 'properties' }[on];
  return negated
    ? `at most ${atLeast - 1} ${unit} are allowed`
    : `at least ${atLeast} ${unit} are required`;
}
