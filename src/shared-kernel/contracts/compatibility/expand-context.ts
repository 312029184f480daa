import { canonicalJson } from './json-schema.js';
import { fits, holds } from './formula.js';
import type { Formula } from './formula.js';
import type { JsonType } from './json-schema.js';
import type { SchemaNode, SchemaPool } from './schema-pool.js';

/** One keyword of a schema on its way to a formula. */
export class ExpandContext {
  constructor(
    readonly pool: SchemaPool,
    readonly node: SchemaNode,
    readonly schema: Readonly<Record<string, unknown>>,
  ) {}

  /** The node of a schema that stands inside of this one. */
  inner(schema: unknown): SchemaNode {
    return this.pool.node(schema, this.node.document);
  }

  fits(schema: unknown): Formula {
    return fits(this.inner(schema));
  }

  /** The statement of a keyword that is not understood: equal only where its text is equal. */
  opaque(keyword: string, reason: string, on: JsonType | 'any' = 'any'): Formula {
    const text = `${keyword} ${canonicalJson(this.schema[keyword])}`;
    const hidesReference = /"\$(?:ref|dynamicRef|recursiveRef)"/.test(text);
    const place = keyword.startsWith('$') || hidesReference ? ` in ${this.node.document.id}` : '';
    return holds({ kind: 'opaque', on, text: text + place, reason });
  }

  /** The statement of a keyword that depends on the whole schema around it. */
  opaqueWhole(keyword: string, reason: string, on: JsonType): Formula {
    return holds({ kind: 'opaque', on, text: `${keyword} of #${this.node.id}`, reason });
  }
}

/** Translates one keyword; it answers undefined when the keyword's value is malformed. */
export type Translate = (value: unknown, context: ExpandContext) => Formula | undefined;

/** The value when it is a length or a count, else undefined. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
