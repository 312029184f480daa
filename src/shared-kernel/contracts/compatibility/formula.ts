import type { JsonType } from './json-schema.js';
import type { SchemaNode } from './schema-pool.js';

/** Names of properties that one keyword speaks of. */
export type NameClass =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pattern'; readonly pattern: string }
  /** All names but these, and none that one of the patterns matches. */
  | {
      readonly kind: 'rest';
      readonly names: readonly string[];
      readonly patterns: readonly string[];
    };

/**
 * The smallest statements about a document. Each speaks of one type (`on`) and holds for documents
 * of all other types, as the keywords of JSON Schema do.
 */
export type Atom =
  | { readonly kind: 'type'; readonly on: 'any'; readonly types: ReadonlySet<string> }
  | { readonly kind: 'enum'; readonly on: 'any'; readonly values: ReadonlyMap<string, unknown> }
  /** Something that is not understood: it may hold or not, but the same way everywhere. */
  | {
      readonly kind: 'opaque';
      readonly on: JsonType | 'any';
      readonly text: string;
      readonly reason: string;
    }
  | { readonly kind: 'integer'; readonly on: 'number' }
  | {
      readonly kind: 'above';
      readonly on: 'number';
      readonly limit: number;
      readonly inclusive: boolean;
    }
  | { readonly kind: 'multiple'; readonly on: 'number'; readonly divisor: number }
  /** At least so many code points, items or properties. */
  | {
      readonly kind: 'size';
      readonly on: 'string' | 'array' | 'object';
      readonly atLeast: number;
    }
  | { readonly kind: 'pattern'; readonly on: 'string'; readonly pattern: string }
  | { readonly kind: 'format'; readonly on: 'string' | 'any'; readonly format: string }
  | {
      readonly kind: 'item';
      readonly on: 'array';
      readonly index: number;
      readonly node: SchemaNode;
    }
  | {
      readonly kind: 'items';
      readonly on: 'array';
      readonly from: number;
      readonly node: SchemaNode;
    }
  | {
      readonly kind: 'contains';
      readonly on: 'array';
      readonly atLeast: number;
      readonly node: SchemaNode;
    }
  | { readonly kind: 'unique'; readonly on: 'array' }
  | { readonly kind: 'has'; readonly on: 'object'; readonly name: string }
  | {
      readonly kind: 'values';
      readonly on: 'object';
      readonly names: NameClass;
      readonly node: SchemaNode;
    }
  | { readonly kind: 'names'; readonly on: 'object'; readonly node: SchemaNode };

/** An atom that must hold, or with `negated` must not. */
export interface Literal {
  readonly kind: 'literal';
  readonly atom: Atom;
  readonly negated: boolean;
}

/** What a schema says, as a statement that can be negated and taken apart. */
export type Formula =
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] }
  | {
      readonly kind: 'exactly-one';
      readonly nodes: readonly SchemaNode[];
      readonly negated: boolean;
    }
  | { readonly kind: 'schema'; readonly node: SchemaNode; readonly negated: boolean }
  | Literal;

export const always: Formula = { kind: 'always' };
export const never: Formula = { kind: 'never' };

export function and(...parts: readonly Formula[]): Formula {
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'and', parts };
}

export function or(...parts: readonly Formula[]): Formula {
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'or', parts };
}

export function holds(atom: Atom): Literal {
  return { kind: 'literal', atom, negated: false };
}

export function fits(node: SchemaNode): Formula {
  return { kind: 'schema', node, negated: false };
}

/** The atom does not hold; documents of other types, for which it always does, may pass. */
export function lacks(atom: Exclude<Atom, { on: 'any' }>): Formula {
  const isOfType = holds({ kind: 'type', on: 'any', types: new Set([atom.on]) });
  return or(negate(isOfType), negate(holds(atom)));
}

/** The statement that holds exactly where the given one does not. */
export function negate(formula: Formula): Formula {
  switch (formula.kind) {
    case 'always':
      return never;
    case 'never':
      return always;
    case 'and':
      return { kind: 'or', parts: formula.parts.map(negate) };
    case 'or':
      return { kind: 'and', parts: formula.parts.map(negate) };
    case 'exactly-one':
    case 'schema':
    case 'literal':
      return { ...formula, negated: !formula.negated };
  }
}
