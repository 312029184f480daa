import { and, fits, negate, or } from './formula.js';
import type { Translate } from './expand-context.js';

const each =
  (join: typeof and): Translate =>
  (schemas, context) =>
    Array.isArray(schemas) && schemas.length > 0
      ? join(...schemas.map((schema) => context.fits(schema)))
      : undefined;

/** Keywords that combine schemas about the same value. */
export const logicKeywords: Readonly<Record<string, Translate>> = {
  allOf: each(and),
  anyOf: each(or),
  oneOf: (schemas, context) =>
    Array.isArray(schemas) && schemas.length > 0
      ? {
          kind: 'exactly-one',
          nodes: schemas.map((schema) => context.inner(schema)),
          negated: false,
        }
      : undefined,
  not: (schema, context) => negate(context.fits(schema)),
  if: (schema, context) => {
    const condition = context.fits(schema);
    const { then: yes = true, else: no = true } = context.schema;
    return and(or(negate(condition), context.fits(yes)), or(condition, context.fits(no)));
  },
  // Read together with `if`; without it they say nothing.
  then: () => and(),
  else: () => and(),
  // Only that of another draft comes to here.
  $schema: () => undefined,
  $ref: (reference, context) => {
    if (typeof reference !== 'string') return undefined;
    const { document } = context.node;
    const target = document.resolve(reference, document.baseOf(context.schema));
    return target && fits(context.pool.node(target.schema, document));
  },
};
