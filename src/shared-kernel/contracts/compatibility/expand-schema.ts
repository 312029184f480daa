import { isObject } from './json-schema.js';
import { isAnnotation } from './keywords.js';
import { always, and, holds, never } from './formula.js';
import { ExpandContext } from './expand-context.js';
import { arrayKeywords } from './expand-arrays.js';
import { logicKeywords } from './expand-logic.js';
import { objectKeywords } from './expand-objects.js';
import { scalarKeywords } from './expand-scalars.js';
import type { Formula } from './formula.js';
import type { SchemaNode, SchemaPool } from './schema-pool.js';

const keywords = new Map(
  Object.entries({ ...scalarKeywords, ...objectKeywords, ...arrayKeywords, ...logicKeywords }),
);

/**
 * What a schema says, one level deep: schemas inside of it stay references. A keyword that is
 * unknown or malformed becomes an opaque statement, never an ignored one.
 */
export function expandSchema(node: SchemaNode, pool: SchemaPool): Formula {
  const { schema } = node;
  if (schema === true) return always;
  if (schema === false) return never;
  if (!isObject(schema)) return opaqueSchema(node, 'is not a schema');
  if (mentionsPrototype(schema)) return opaqueSchema(node, 'speaks of "__proto__"');
  const context = new ExpandContext(pool, node, schema);
  const parts: Formula[] = [];
  for (const keyword of Object.keys(schema)) {
    if (isAnnotation(keyword, schema[keyword]) || isNullableBesideType(keyword, schema)) continue;
    const translate = keywords.get(keyword);
    if (translate) {
      const formula = translate(schema[keyword], context);
      // What validators make of the keywords beside a malformed one is anybody's guess.
      if (!formula) return opaqueSchema(node, `has an unusual "${keyword}"`);
      parts.push(formula);
    } else {
      parts.push(context.opaque(keyword, `the keyword "${keyword}" is not known`));
    }
  }
  return and(...parts);
}

function opaqueSchema(node: SchemaNode, reason: string): Formula {
  const text = `schema #${node.id}`;
  return holds({ kind: 'opaque', on: 'any', text, reason: `a schema ${reason}` });
}

function isNullableBesideType(keyword: string, schema: Readonly<Record<string, unknown>>) {
  return keyword === 'nullable' && 'type' in schema;
}

/** Validators disagree about a property of that name, Ajv leaves it out. */
function mentionsPrototype(schema: Readonly<Record<string, unknown>>): boolean {
  const names = (value: unknown) => (isObject(value) ? Object.keys(value) : []);
  return [
    ...names(schema['properties']),
    ...names(schema['patternProperties']),
    ...names(schema['dependentRequired']),
    ...names(schema['dependentSchemas']),
    ...(Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : []),
  ].includes('__proto__');
}
