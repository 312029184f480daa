import { compareSchemas } from './compare-schemas.js';
import type { JsonSchema } from './compare-schemas.js';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Each definition names the next one twice: 2^60 ways through a small schema. */
function doubling(step: (next: JsonSchema) => JsonSchema, last: JsonSchema): JsonSchema {
  const definitions = range(60).map((i) => [`n${i}`, step({ $ref: `#/$defs/n${i + 1}` })]);
  return { $ref: '#/$defs/n0', $defs: { ...Object.fromEntries(definitions), n60: last } };
}

function nested(depth: number): JsonSchema {
  return range(depth).reduce<JsonSchema>((inner) => ({ properties: { a: inner } }), false);
}

const manyUnions = (by: number) => ({
  allOf: range(20).map((i) => ({
    anyOf: range(5).map((j) => ({
      properties: { [`p${i}`]: { minimum: j + by } },
      required: [`p${i}`],
    })),
  })),
});

const manyConditions = (name: string) => ({
  allOf: range(16).map((i) => ({
    if: { required: [name + String(i)] },
    then: { properties: { x: { minimum: i } } },
    else: { properties: { y: { minimum: i } } },
  })),
});

const text = { type: 'string' };
const short = { type: 'string', maxLength: 3 };
const both = (next: JsonSchema) => ({ allOf: [next, next] });
const either = (next: JsonSchema) => ({ anyOf: [next, { properties: { a: next } }] });
const twoProperties = (next: JsonSchema) => ({
  type: 'object',
  properties: { a: next, b: next },
  required: ['a', 'b'],
});

/** None of the old schemas is within the new one: `compatible` would be wrong for each. */
const pairs: [string, JsonSchema, JsonSchema][] = [
  ['doubling allOf', doubling(both, text), doubling(both, short)],
  ['doubling anyOf', doubling(either, text), doubling(either, short)],
  ['doubling properties', doubling(twoProperties, text), doubling(twoProperties, short)],
  ['20,000 levels', nested(20_000), nested(19_999)],
  ['20 unions of 5', manyUnions(0), manyUnions(1)],
  ['16 conditions', manyConditions('a'), manyConditions('b')],
  [
    'oneOf with 200 variants',
    { oneOf: range(201).map((i) => ({ properties: { k: { const: i } }, required: ['k'] })) },
    { oneOf: range(200).map((i) => ({ properties: { k: { const: i } }, required: ['k'] })) },
  ],
  [
    'object with 2,000 properties',
    { properties: Object.fromEntries(range(2_000).map((i) => [`p${i}`, {}])) },
    { properties: Object.fromEntries(range(2_000).map((i) => [`p${i}`, text])) },
  ],
  ['enumeration of 20,000 values', { enum: range(20_000) }, { enum: range(19_999) }],
  ['patterns that double', { ...text, pattern: '^(a+)+$' }, { ...text, pattern: '^(a|a)*b$' }],
  [
    'pattern with 2^15 states',
    { ...text, pattern: 'a(a|b){15}$' },
    { ...text, pattern: 'b(a|b){15}$' },
  ],
  [
    'pattern with too many copies',
    { ...text, pattern: '^(?:a{200}){200}' },
    { ...text, pattern: '^b' },
  ],
  [
    'text that backtracking never leaves',
    { const: `${'a'.repeat(5_000)}!` },
    { pattern: '^(a*)*(a*)*$' },
  ],
  [
    '50 pattern properties',
    { type: 'object' },
    { patternProperties: Object.fromEntries(range(50).map((i) => [`^q${i}`, text])) },
  ],
  ['a thousand million items', { type: 'array', minItems: 1e9 }, { minItems: 1e9 + 1 }],
  ['a thousand million characters', { ...text, minLength: 1e9 }, { minLength: 1e9 + 1 }],
  [
    'a thousand million properties',
    { type: 'object', minProperties: 1e9 },
    { minProperties: 1e9 + 1 },
  ],
  [
    'a million different items',
    { type: 'array', items: { type: 'integer' }, uniqueItems: true, minItems: 1e6 },
    false,
  ],
  [
    'a million matches',
    { type: 'array', contains: text, minContains: 1e6 },
    { type: 'array', contains: text, maxContains: 1e5 },
  ],
  [
    'tuple of 500',
    { prefixItems: range(500).map(() => text) },
    { prefixItems: range(500).map(() => short) },
  ],
  ['tiny steps', { type: 'number', multipleOf: 1e-300 }, { multipleOf: 1e300 }],
  ['huge numbers', { type: 'integer', minimum: 1e308 }, { maximum: -1e308 }],
];

describe('a schema made to overwhelm the checker', () => {
  it.each(pairs)('ends without a wrong answer: %s', (_, old, next) => {
    const startedAt = process.cpuUsage();
    const verdict = compareSchemas([old], next, 'backward', () => false);
    const { user } = process.cpuUsage(startedAt);

    // The validator here confirms nothing, so that all of the search is gone through.
    expect(verdict.verdict).toBe('unknown');
    expect(user / 1e6).toBeLessThan(5);
  });
});

describe('a document that is no schema', () => {
  it.each([
    [null, 3],
    [[], 'x'],
    [{ type: 7, properties: [], required: {}, items: 5 }, { type: 'string' }],
    [{}, { enum: {}, oneOf: 'x', $ref: 9 }],
    [{}, { oneOf: [], anyOf: 3, allOf: {}, minimum: '1', pattern: 3 }],
    [{}, { properties: { __proto__: null, a: 3 }, contains: {}, minContains: -1 }],
    [{}, { pattern: '(' }],
    [{}, { $ref: 'http://[' }],
    [{}, { $ref: '#%' }],
    [{}, JSON.parse('{ "properties": { "__proto__": false } }')],
  ])('is unknown beside another one: %j, %j', (old, next) => {
    const verdict = compareSchemas(
      [old as JsonSchema],
      next as JsonSchema,
      'backward',
      () => false,
    );
    expect(verdict.verdict).toBe('unknown');
  });

  it('is compatible with itself', () => {
    const odd = { type: 7, properties: [], $ref: 'nowhere', 'made-up': { a: 1 } };
    expect(compareSchemas([odd], structuredClone(odd), 'full', () => false)).toEqual({
      verdict: 'compatible',
    });
  });
});
