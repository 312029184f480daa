/** A JSON document. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON Schema of draft 2020-12, as it came: nothing of it has been checked. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** Tells whether a document fits a schema; the outside truth that confirms witnesses (Ajv). */
export type Accepts = (schema: JsonSchema, document: Json) => boolean;

/** The six kinds of JSON values; `integer` is a kind of number. */
export const jsonTypes = ['object', 'string', 'number', 'array', 'boolean', 'null'] as const;
export type JsonType = (typeof jsonTypes)[number];

/** The kind of a JSON value. */
export function typeOf(value: Json): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonType;
}

/** True for JSON objects, whose keys may then be read with `Object.entries`. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same text for equal JSON values: keys sorted, no spaces. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return value === undefined ? 'null' : JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(',')}}`;
}

/** True when the value is nested no deeper than that; walks without recursion. */
export function isShallowerThan(value: unknown, depthMax: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > depthMax) return false;
    level = level.flatMap((each): unknown[] => {
      if (Array.isArray(each)) return each;
      return isObject(each) ? Object.values(each) : [];
    });
  }
  return true;
}
