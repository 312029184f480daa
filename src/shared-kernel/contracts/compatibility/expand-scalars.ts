import { canonicalJson, jsonTypes } from './json-schema.js';
import { always, and, holds, lacks, or } from './formula.js';
import { countOf } from './expand-context.js';
import type { Formula } from './formula.js';
import type { Translate } from './expand-context.js';

const typeNames = new Set<unknown>([...jsonTypes, 'integer']);

const type: Translate = (value, context) => {
  const names = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(names) || !names.every((name) => typeNames.has(name))) return undefined;
  const types = new Set(names as string[]);
  const asWritten = holds({ kind: 'type', on: 'any', types });
  if (context.schema['nullable'] === undefined || types.has('null')) return asWritten;
  // OpenAPI 3.0 wrote null so; 2020-12 does not know the word, yet Ajv heeds it. Both readings
  // stay possible.
  const orNull = and(
    holds({ kind: 'type', on: 'any', types: new Set(['null']) }),
    context.opaque('nullable', 'validators disagree about "nullable"'),
  );
  return or(asWritten, orNull);
};

function oneOfValues(values: readonly unknown[]): Formula {
  return holds({
    kind: 'enum',
    on: 'any',
    values: new Map(values.map((value) => [canonicalJson(value), value])),
  });
}

const lower =
  (inclusive: boolean): Translate =>
  (limit) =>
    typeof limit === 'number'
      ? holds({ kind: 'above', on: 'number', limit, inclusive })
      : undefined;

const upper =
  (inclusive: boolean): Translate =>
  (limit) =>
    typeof limit === 'number'
      ? lacks({ kind: 'above', on: 'number', limit, inclusive: !inclusive })
      : undefined;

const atLeast =
  (on: 'string' | 'array' | 'object'): Translate =>
  (value) => {
    const count = countOf(value);
    if (count === undefined) return undefined;
    return count === 0 ? always : holds({ kind: 'size', on, atLeast: count });
  };

const atMost =
  (on: 'string' | 'array' | 'object'): Translate =>
  (value) => {
    const count = countOf(value);
    if (count === undefined) return undefined;
    return lacks({ kind: 'size', on, atLeast: count + 1 });
  };

// Formats of which every validator says that they speak of strings only.
const stringFormats = new Set(
  (
    'date-time date time duration email idn-email hostname idn-hostname ipv4 ipv6 uri ' +
    'uri-reference iri iri-reference uri-template uuid json-pointer relative-json-pointer regex'
  ).split(' '),
);

/** Keywords about the value as a whole, numbers and strings. */
export const scalarKeywords: Readonly<Record<string, Translate>> = {
  type,
  enum: (values) => (Array.isArray(values) ? oneOfValues(values) : undefined),
  const: (value) => oneOfValues([value]),
  minimum: lower(true),
  exclusiveMinimum: lower(false),
  maximum: upper(true),
  exclusiveMaximum: upper(false),
  multipleOf: (divisor) =>
    typeof divisor === 'number' && divisor > 0
      ? holds({ kind: 'multiple', on: 'number', divisor })
      : undefined,
  minLength: atLeast('string'),
  maxLength: atMost('string'),
  minItems: atLeast('array'),
  maxItems: atMost('array'),
  minProperties: atLeast('object'),
  maxProperties: atMost('object'),
  pattern: (pattern) =>
    typeof pattern === 'string' ? holds({ kind: 'pattern', on: 'string', pattern }) : undefined,
  format: (format) =>
    typeof format === 'string'
      ? holds({ kind: 'format', on: stringFormats.has(format) ? 'string' : 'any', format })
      : undefined,
};
