import { canonicalJson, isObject, typeOf } from './json-schema.js';
import { expandSchema } from './expand-schema.js';
import { isMultiple } from './multiple-of.js';
import { every, likely, no, not, some, truthOf, unlikely, yes } from './truth.js';
import type { Budget } from './budget.js';
import type { Accepts, Json } from './json-schema.js';
import type { Atom, Formula, NameClass } from './formula.js';
import type { PatternLibrary } from './pattern-library.js';
import type { SchemaNode, SchemaPool, Signed } from './schema-pool.js';
import type { Truth } from './truth.js';

const nestingMax = 150;
/** Longer texts are not given to patterns that we cannot follow: they might take for ever. */
const foreignTextMax = 12;

/** Tells whether a document fits schemas, and how sure that is. */
export class Evaluator {
  readonly #formulas = new Map<number, Formula>();
  readonly #foreign = new Map<string, { readonly [keyword: string]: unknown }>();
  #nesting = 0;

  constructor(
    readonly pool: SchemaPool,
    readonly patterns: PatternLibrary,
    private readonly accepts: Accepts,
    private readonly budget: Budget,
  ) {}

  /** What a schema says, worked out once. */
  formulaOf(node: SchemaNode): Formula {
    const known = this.#formulas.get(node.id);
    if (known) return known;
    const formula = expandSchema(node, this.pool);
    this.#formulas.set(node.id, formula);
    return formula;
  }

  /** Whether the document fits all of these schemas (or fits them not, as each says). */
  goal(goal: readonly Signed[], value: Json): Truth {
    return every(goal, ({ node, negated }) =>
      this.formula({ kind: 'schema', node, negated }, value),
    );
  }

  formula(formula: Formula, value: Json): Truth {
    switch (formula.kind) {
      case 'always':
        return yes;
      case 'never':
        return no;
      case 'and':
        return every(formula.parts, (part) => this.formula(part, value));
      case 'or':
        return some(formula.parts, (part) => this.formula(part, value));
      case 'schema':
        return signed(this.node(formula.node, value), formula.negated);
      case 'exactly-one':
        return signed(this.#exactlyOne(formula.nodes, value), formula.negated);
      case 'literal':
        return signed(this.atom(formula.atom, value), formula.negated);
    }
  }

  node(node: SchemaNode, value: Json): Truth {
    // Neither references that lead to themselves nor ones that double at each level are followed.
    if (this.#nesting > nestingMax || !this.budget.judge()) return likely;
    this.#nesting += 1;
    const truth = this.formula(this.formulaOf(node), value);
    this.#nesting -= 1;
    return truth;
  }

  atom(atom: Atom, value: Json): Truth {
    if (atom.on !== 'any' && atom.on !== typeOf(value)) return yes;
    switch (atom.kind) {
      case 'type':
        return truthOf(hasType(atom.types, value));
      case 'enum':
        return truthOf(atom.values.has(canonicalJson(value)));
      case 'opaque':
        return likely;
      case 'format':
        // As an annotation a format rejects nothing: that it does not hold is never proved.
        return this.#ask({ format: atom.format }, value) ? yes : unlikely;
      case 'size':
        return truthOf(sizeOf(value) >= atom.atLeast);
      case 'pattern':
        return this.matches(atom.pattern, value as string);
      case 'integer':
      case 'above':
      case 'multiple':
        return ofNumber(atom, value as number);
      case 'item':
      case 'items':
      case 'contains':
      case 'unique':
        return this.#ofArray(atom, value as readonly Json[]);
      case 'has':
      case 'values':
      case 'names':
        return this.#ofObject(atom, value as Readonly<Record<string, Json>>);
    }
  }

  /** Whether the pattern matches somewhere in the text. */
  matches(pattern: string, text: string): Truth {
    const automaton = this.patterns.automaton(pattern);
    if (automaton) return truthOf(automaton.matches(text));
    if (text.length > foreignTextMax) return likely;
    const matches = this.#ask({ pattern }, text);
    return matches === undefined ? likely : truthOf(matches);
  }

  /** Whether the keyword that gave the class speaks of that property. */
  isNamed(names: NameClass, name: string): Truth {
    if (names.kind === 'name') return truthOf(names.name === name);
    if (names.kind === 'pattern') return this.matches(names.pattern, name);
    if (names.names.includes(name)) return no;
    return every(names.patterns, (pattern) => not(this.matches(pattern, name)));
  }

  #ofArray(atom: Extract<Atom, { on: 'array' }>, value: readonly Json[]): Truth {
    switch (atom.kind) {
      case 'item': {
        const item = value[atom.index];
        return item === undefined ? yes : this.node(atom.node, item);
      }
      case 'items':
        return every(value.slice(atom.from), (item) => this.node(atom.node, item));
      case 'contains': {
        const truths = value.map((item) => this.node(atom.node, item)).sort((a, b) => b - a);
        return truths[atom.atLeast - 1] ?? no;
      }
      case 'unique':
        return truthOf(new Set(value.map(canonicalJson)).size === value.length);
      default:
        return likely;
    }
  }

  #ofObject(
    atom: Extract<Atom, { kind: 'has' | 'values' | 'names' }>,
    value: Readonly<Record<string, Json>>,
  ): Truth {
    if (atom.kind === 'has') return truthOf(Object.hasOwn(value, atom.name));
    if (atom.kind === 'names')
      return every(Object.keys(value), (name) => this.node(atom.node, name));
    return every(Object.entries(value), ([name, each]) => {
      const named = this.isNamed(atom.names, name);
      return named === no ? yes : some([not(named), this.node(atom.node, each)], (truth) => truth);
    });
  }

  #exactlyOne(nodes: readonly SchemaNode[], value: Json): Truth {
    const truths = nodes.map((node) => this.node(node, value));
    return some(truths, (chosen) => chosen) === no
      ? no
      : some(
          truths.map((_, index) => index),
          (chosen) =>
            every(
              truths.map((truth, index) => (index === chosen ? truth : not(truth))),
              (truth) => truth,
            ),
        );
  }

  #ask(schema: { readonly [keyword: string]: unknown }, value: Json): boolean | undefined {
    const key = canonicalJson(schema);
    const kept = this.#foreign.get(key) ?? schema;
    this.#foreign.set(key, kept);
    try {
      return this.accepts(kept, value);
    } catch {
      return undefined;
    }
  }
}

function signed(truth: Truth, negated: boolean): Truth {
  return negated ? not(truth) : truth;
}

function hasType(types: ReadonlySet<string>, value: Json): boolean {
  return types.has(typeOf(value)) || (types.has('integer') && Number.isInteger(value));
}

function sizeOf(value: Json): number {
  if (typeof value === 'string') return Array.from(value).length;
  return Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 0;
}

function ofNumber(
  atom: Extract<Atom, { kind: 'integer' | 'above' | 'multiple' }>,
  value: number,
): Truth {
  if (atom.kind === 'integer') return truthOf(Number.isInteger(value));
  if (atom.kind === 'multiple') return isMultiple(value, atom.divisor);
  return truthOf(atom.inclusive ? value >= atom.limit : value > atom.limit);
}
