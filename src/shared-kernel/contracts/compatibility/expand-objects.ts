import { isObject } from './json-schema.js';
import { always, and, holds, lacks, negate, or } from './formula.js';
import { evaluatedProperties } from './evaluated-properties.js';
import type { Formula, NameClass } from './formula.js';
import type { ExpandContext, Translate } from './expand-context.js';

function values(names: NameClass, schema: unknown, context: ExpandContext): Formula {
  return holds({ kind: 'values', on: 'object', names, node: context.inner(schema) });
}

function has(name: string): Formula {
  return holds({ kind: 'has', on: 'object', name });
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function keysOf(value: unknown): string[] {
  return isObject(value) ? Object.keys(value) : [];
}

const byName =
  (translate: (name: string, schema: unknown, context: ExpandContext) => Formula): Translate =>
  (schemas, context) =>
    isObject(schemas)
      ? and(...Object.entries(schemas).map(([name, schema]) => translate(name, schema, context)))
      : undefined;

/** One rule for each case of what the other keywords evaluate. */
const unevaluatedProperties: Translate = (schema, context) => {
  if (schema === true) return and();
  const cases = evaluatedProperties(context.node, context.pool);
  if (!cases) {
    const reason = 'what "unevaluatedProperties" is about depends on too much';
    return context.opaqueWhole('unevaluatedProperties', reason, 'object');
  }
  const rules = cases.map(({ conditions, names, patterns }) =>
    names === 'all'
      ? always
      : or(...conditions.map(negate), values({ kind: 'rest', names, patterns }, schema, context)),
  );
  return and(...rules);
};

/** Keywords about objects. */
export const objectKeywords: Readonly<Record<string, Translate>> = {
  required: (names) => (isStrings(names) ? and(...names.map(has)) : undefined),
  properties: byName((name, schema, context) => values({ kind: 'name', name }, schema, context)),
  patternProperties: byName((pattern, schema, context) =>
    values({ kind: 'pattern', pattern }, schema, context),
  ),
  additionalProperties: (schema, context) => {
    const names = keysOf(context.schema['properties']);
    const patterns = keysOf(context.schema['patternProperties']);
    return values({ kind: 'rest', names, patterns }, schema, context);
  },
  propertyNames: (schema, context) =>
    holds({ kind: 'names', on: 'object', node: context.inner(schema) }),
  dependentRequired: (dependencies) =>
    isObject(dependencies) && Object.values(dependencies).every(isStrings)
      ? and(
          ...Object.entries(dependencies).map(([name, needed]) =>
            or(lacks({ kind: 'has', on: 'object', name }), and(...(needed as string[]).map(has))),
          ),
        )
      : undefined,
  dependentSchemas: byName((name, schema, context) =>
    or(lacks({ kind: 'has', on: 'object', name }), context.fits(schema)),
  ),
  unevaluatedProperties,
};
