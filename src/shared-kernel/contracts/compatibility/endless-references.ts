import { isObject } from './json-schema.js';
import { holding } from './keywords.js';
import type { SchemaDocument } from './schema-document.js';

const schemasMax = 20_000;

/**
 * True when a schema refers to itself without going down into the document, as `{ "$ref": "#" }`
 * does: what it accepts is undefined, and validators never come back (2020-12 core, 9.4.1).
 */
export function hasEndlessReference(document: SchemaDocument): boolean {
  const walk: Walk = { document, states: new Map(), pending: [document.root] };
  for (const schema of walk.pending) {
    if (leadsBack(schema, walk) || walk.states.size > schemasMax) return true;
  }
  return false;
}

interface Walk {
  readonly document: SchemaDocument;
  readonly states: Map<object, 'open' | 'done'>;
  /** Schemas to start from; grows while it is walked through. */
  readonly pending: unknown[];
}

/** Follows the schemas that apply to the same value, depth first. */
function leadsBack(schema: unknown, walk: Walk): boolean {
  if (!isObject(schema)) return false;
  const state = walk.states.get(schema);
  if (state) return state === 'open';
  walk.states.set(schema, 'open');
  walk.pending.push(...schemasIn(schema));
  if (inPlace(schema, walk.document).some((next) => leadsBack(next, walk))) return true;
  walk.states.set(schema, 'done');
  return false;
}

function inPlace(schema: Readonly<Record<string, unknown>>, document: SchemaDocument): unknown[] {
  const next = ['not', 'if', 'then', 'else'].map((keyword) => schema[keyword]);
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    if (Array.isArray(schema[keyword])) next.push(...(schema[keyword] as unknown[]));
  }
  if (isObject(schema['dependentSchemas'])) next.push(...Object.values(schema['dependentSchemas']));
  if (typeof schema['$ref'] === 'string') {
    next.push(document.resolve(schema['$ref'], document.baseOf(schema))?.schema);
  }
  return next;
}

function schemasIn(schema: Readonly<Record<string, unknown>>): unknown[] {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    const held = holding(keyword);
    if (held === 'one') return [value];
    if (held === 'list' && Array.isArray(value)) return value as unknown[];
    return held === 'by-name' && isObject(value) ? Object.values(value) : [];
  });
}
