import type { Signed, SchemaNode } from './schema-pool.js';

/** The part of a goal that a schema must fit. */
export function fit(node: SchemaNode): Signed {
  return { node, negated: false };
}

/** The part of a goal that a schema must not fit. */
export function misfit(node: SchemaNode): Signed {
  return { node, negated: true };
}
