import { isObject } from './json-schema.js';
import { fits, negate } from './formula.js';
import type { Formula } from './formula.js';
import type { SchemaNode, SchemaPool } from './schema-pool.js';

const nestingMax = 16;
const casesMax = 24;

/** Under these conditions these properties count as evaluated. */
export interface EvaluatedCase {
  readonly conditions: readonly Formula[];
  /** `all` stands for every property. */
  readonly names: readonly string[] | 'all';
  readonly patterns: readonly string[];
}

const nothing: readonly EvaluatedCase[] = [{ conditions: [], names: [], patterns: [] }];

/**
 * The properties that the keywords of a schema evaluate, for `unevaluatedProperties` (2020-12 core,
 * 11.3), by cases of which exactly one is true for a document that the schema's other keywords
 * accept. Undefined when there are too many cases, or a reference that cannot be followed.
 */
export function evaluatedProperties(
  node: SchemaNode,
  pool: SchemaPool,
  nesting = 0,
): readonly EvaluatedCase[] | undefined {
  const { schema, document } = node;
  if (!isObject(schema)) return nothing;
  if (nesting > nestingMax || '$dynamicRef' in schema) return undefined;
  if ('additionalProperties' in schema || (nesting > 0 && 'unevaluatedProperties' in schema)) {
    return [{ conditions: [], names: 'all', patterns: [] }];
  }
  const names = keysOf(schema['properties']);
  const patterns = keysOf(schema['patternProperties']);
  let cases: readonly EvaluatedCase[] | undefined = [{ conditions: [], names, patterns }];
  for (const choice of choicesIn({ schema, document, pool, nesting: nesting + 1 })) {
    cases = cases && choice && combine(cases, choice);
  }
  return cases;
}

interface Inside {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly document: SchemaNode['document'];
  readonly pool: SchemaPool;
  readonly nesting: number;
}

type Cases = readonly EvaluatedCase[] | undefined;

/** What each schema that applies to the same object adds, case by case. */
function choicesIn(inside: Inside): Cases[] {
  const { schema, document, pool } = inside;
  const choices: Cases[] = [];
  if (typeof schema['$ref'] === 'string') {
    const target = document.resolve(schema['$ref'], document.baseOf(schema));
    choices.push(target && casesOf(target.schema, inside));
  }
  for (const part of listOf(schema['allOf'])) choices.push(casesOf(part, inside));
  for (const part of [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])]) {
    const passes = fits(pool.node(part, document));
    choices.push(either(passes, casesOf(part, inside), negate(passes), nothing));
  }
  if ('if' in schema) choices.push(casesOfCondition(inside));
  const dependent = schema['dependentSchemas'];
  for (const part of Object.values(isObject(dependent) ? dependent : {})) {
    const cases = casesOf(part, inside);
    // Ajv 8.20 forgets here what the keywords beside it evaluated: no reading is safe.
    choices.push(cases?.every(evaluatesNothing) ? nothing : undefined);
  }
  return choices;
}

function casesOfCondition(inside: Inside): Cases {
  const { schema, document, pool } = inside;
  const passes = fits(pool.node(schema['if'], document));
  const condition = casesOf(schema['if'], inside);
  const consequence = casesOf(schema['then'] ?? true, inside);
  return either(
    passes,
    condition && consequence && combine(condition, consequence),
    negate(passes),
    casesOf(schema['else'] ?? true, inside),
  );
}

function casesOf(part: unknown, { document, pool, nesting }: Inside): Cases {
  return evaluatedProperties(pool.node(part, document), pool, nesting);
}

function either(condition: Formula, yes: Cases, opposite: Formula, no: Cases): Cases {
  if (!yes || !no) return undefined;
  // Where nothing is evaluated either way, there is nothing to tell apart.
  if (yes.every(evaluatesNothing) && no.every(evaluatesNothing)) return nothing;
  return [...under(condition, yes), ...under(opposite, no)];
}

function evaluatesNothing({ names, patterns }: EvaluatedCase): boolean {
  return names.length === 0 && patterns.length === 0;
}

function under(condition: Formula, cases: readonly EvaluatedCase[]): EvaluatedCase[] {
  return cases.map((each) => ({ ...each, conditions: [condition, ...each.conditions] }));
}

function combine(first: readonly EvaluatedCase[], second: readonly EvaluatedCase[]): Cases {
  if (first.length * second.length > casesMax) return undefined;
  return first.flatMap((one) =>
    second.map((other) => ({
      conditions: [...one.conditions, ...other.conditions],
      names: one.names === 'all' || other.names === 'all' ? 'all' : [...one.names, ...other.names],
      patterns: [...one.patterns, ...other.patterns],
    })),
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function keysOf(value: unknown): string[] {
  return isObject(value) ? Object.keys(value) : [];
}
