import { and, holds, lacks, or } from './formula.js';
import { isObject } from './json-schema.js';
import { countOf } from './expand-context.js';
import type { ExpandContext, Translate } from './expand-context.js';
import type { Formula } from './formula.js';
import type { SchemaNode } from './schema-pool.js';

function prefixLength(context: ExpandContext): number {
  const prefix = context.schema['prefixItems'];
  return Array.isArray(prefix) ? prefix.length : 0;
}

/** Items past those that are known by place; nothing else may have evaluated them. */
const unevaluatedItems: Translate = (schema, context) => {
  if (schema === true) return and();
  const reason = 'what "unevaluatedItems" is about depends on other keywords';
  const others = ['contains', 'allOf', 'anyOf', 'oneOf', 'if', 'not', '$ref', '$dynamicRef'];
  if ([...others, 'dependentSchemas'].some((word) => word in context.schema)) {
    return context.opaqueWhole('unevaluatedItems', reason, 'array');
  }
  return 'items' in context.schema ? and() : items(schema, context);
};

const items: Translate = (schema, context) =>
  Array.isArray(schema)
    ? undefined
    : holds({
        kind: 'items',
        on: 'array',
        from: prefixLength(context),
        node: context.inner(schema),
      });

/** `minContains: 0` lifts the demand of `contains` (2020-12 validation, 6.4.5). */
const contains: Translate = (schema, context) => {
  const { minContains = 1, maxContains } = context.schema;
  const least = countOf(minContains);
  const most = maxContains === undefined ? Infinity : countOf(maxContains);
  if (least === undefined || most === undefined) return undefined;
  const node = context.inner(schema);
  return and(
    least === 0 ? and() : containsAtLeast(least, node, context),
    most === Infinity ? and() : lacks({ kind: 'contains', on: 'array', atLeast: most + 1, node }),
  );
};

/** Ajv 8.20 lets arrays pass without a match where `prefixItems` stands beside `contains`. */
function containsAtLeast(atLeast: number, node: SchemaNode, context: ExpandContext): Formula {
  const matches = holds({ kind: 'contains', on: 'array', atLeast, node });
  if (prefixLength(context) === 0) return matches;
  return or(matches, doubt('contains', context));
}

/** Ajv 8.20 compares only items of the type of `items`, those of `prefixItems` too. */
const uniqueItems: Translate = (unique, context) => {
  if (typeof unique !== 'boolean') return undefined;
  if (!unique) return and();
  const differ = holds({ kind: 'unique', on: 'array' });
  const { items: later } = context.schema;
  const isTyped = isObject(later) && 'type' in later;
  return isTyped && prefixLength(context) > 0 ? or(differ, doubt('uniqueItems', context)) : differ;
};

function doubt(keyword: string, context: ExpandContext): Formula {
  return context.opaque(keyword, `validators disagree about "${keyword}" beside "prefixItems"`);
}

/** Keywords about arrays. */
export const arrayKeywords: Readonly<Record<string, Translate>> = {
  prefixItems: (schemas, context) =>
    Array.isArray(schemas)
      ? and(
          ...schemas.map((schema, index) =>
            holds({ kind: 'item', on: 'array', index, node: context.inner(schema) }),
          ),
        )
      : undefined,
  items,
  unevaluatedItems,
  contains,
  minContains: () => and(),
  maxContains: () => and(),
  uniqueItems,
};
