import fc from 'fast-check';
import { applyChange, someKeywords, type Change } from './schema-pairs.js';
import type {
  Json,
  JsonSchema,
} from '../../src/shared-kernel/contracts/compatibility/compare-schemas.js';

/** A family of schemas about few documents, so few that all of them can be tried. */
export interface SmallWorld {
  readonly name: string;
  readonly documents: readonly Json[];
  readonly pair: fc.Arbitrary<readonly [JsonSchema, JsonSchema]>;
}

const count = fc.integer({ min: 0, max: 3 });

/** A union, a negation or the like of schemas of the family, now and then. */
function mixed(plain: fc.Arbitrary<JsonSchema>): fc.Arbitrary<JsonSchema> {
  const several = fc.array(plain, { minLength: 2, maxLength: 3 });
  return fc.oneof(
    { weight: 4, arbitrary: plain },
    { weight: 1, arbitrary: several.map((anyOf) => ({ anyOf })) },
    { weight: 1, arbitrary: several.map((oneOf) => ({ oneOf })) },
    { weight: 1, arbitrary: several.map((allOf) => ({ allOf })) },
    { weight: 1, arbitrary: plain.map((not) => ({ not })) },
    {
      weight: 1,
      arbitrary: fc.tuple(plain, plain, plain).map((parts) => ({
        if: parts[0],
        then: parts[1],
        else: parts[2],
      })),
    },
  );
}

/** Pairs where the second is another schema, the first with a change, or the first and more. */
function pairsOf(plain: fc.Arbitrary<JsonSchema>): SmallWorld['pair'] {
  const schema = mixed(plain);
  const change: fc.Arbitrary<Change> = fc.record({
    place: fc.nat(100),
    way: fc.nat(1_000),
    part: plain,
  });
  const near = fc.tuple(schema, change).map(([first, one]) => [first, applyChange(first, one)]);
  const weaker = fc.tuple(schema, plain).map(([first, more]) => [first, { anyOf: [more, first] }]);
  const stronger = fc.tuple(schema, schema).map(([a, b]) => [{ allOf: [a, b] }, b]);
  return fc
    .tuple(fc.oneof(fc.tuple(schema, schema), near, weaker, stronger), fc.boolean())
    .map(([pair, isTurned]) => {
      const [first = true, second = true] = pair as JsonSchema[];
      return isTurned ? ([second, first] as const) : ([first, second] as const);
    });
}

const bound = fc.constantFrom(-1, 0, 0.5, 1, 2, 3, 4, 6);
const numbers = someKeywords({
  type: fc.constantFrom('number', 'integer'),
  minimum: bound,
  maximum: bound,
  exclusiveMinimum: bound,
  exclusiveMaximum: bound,
  multipleOf: fc.constantFrom(0.5, 1, 2, 3, 4, 6),
  enum: fc.uniqueArray(bound, { minLength: 1, maxLength: 4 }),
});

const texts = someKeywords({
  type: fc.constant('string'),
  minLength: count,
  maxLength: count,
  pattern: fc.constantFrom('^a', 'b$', '^a*$', '^(ab)*$', 'aa|bb', '^[^a]?', '^(?:a|bb)+$', ''),
  enum: fc.uniqueArray(fc.constantFrom('', 'a', 'ab', 'bb', 'aab'), { minLength: 1 }),
});

const item = fc.oneof(
  fc.constantFrom<JsonSchema>({ type: 'number' }, { type: 'string' }, { const: 0 }),
  fc.constantFrom<JsonSchema>(true, false, { enum: [0, 'a'] }, { enum: [0, 1] }, { const: 'a' }),
);
// Ajv miscounts `contains` beside `prefixItems`, so that the checker cannot decide about both.
const arrays = fc.oneof(
  someKeywords({
    prefixItems: fc.array(item, { minLength: 1, maxLength: 2 }),
    items: item,
    minItems: count,
    maxItems: count,
    uniqueItems: fc.boolean(),
  }),
  someKeywords({
    items: item,
    contains: item,
    minContains: count,
    maxContains: count,
    maxItems: count,
    uniqueItems: fc.boolean(),
  }),
);

const name = fc.constantFrom('a', 'b', 'xa', 'xb');
const objects = someKeywords({
  properties: fc.dictionary(name, item, { maxKeys: 2 }),
  required: fc.uniqueArray(name, { maxLength: 2 }),
  additionalProperties: item,
  patternProperties: fc.dictionary(fc.constantFrom('^x', 'a$', '^.$'), item, { maxKeys: 2 }),
  propertyNames: fc.constantFrom<JsonSchema>(
    { pattern: '^x' },
    { enum: ['a', 'xa'] },
    { maxLength: 1 },
  ),
  minProperties: count,
  maxProperties: count,
  dependentRequired: fc.dictionary(name, fc.uniqueArray(name, { maxLength: 2 }), { maxKeys: 1 }),
});

const reference = fc.constantFrom('#/$defs/p', '#/$defs/q', '#/$defs/r').map(($ref) => ({ $ref }));
const link = someKeywords({
  properties: fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(reference, item), { maxKeys: 2 }),
  required: fc.uniqueArray(fc.constantFrom('a', 'b'), { maxLength: 1 }),
  additionalProperties: fc.oneof(reference, fc.constant(false)),
  type: fc.constantFrom('object', ['object', 'number']),
});
const linked = fc
  .record({ p: link, q: link, r: link })
  .map(($defs): JsonSchema => ({ $ref: '#/$defs/p', $defs }));

const leaves: readonly Json[] = [0, 'a'];
const flat = objectsOver(['a', 'b'], leaves);
const nested = objectsOver(['a', 'b'], [...leaves, ...flat]);
const wide = objectsOver(['a', 'b', 'xa', 'xb'], [0, 1, 'a']);
const span = Array.from({ length: 129 }, (_, index) => (index - 32) / 4);
const words = sequencesOver(['a', 'b', 'c'], 5).map((letters) => letters.join(''));

export const smallWorlds: readonly SmallWorld[] = [
  { name: 'numbers', documents: [...span, 'a'], pair: pairsOf(numbers) },
  { name: 'texts', documents: [...words, 0], pair: pairsOf(texts) },
  { name: 'arrays', documents: sequencesOver([0, 1, 'a', null], 4), pair: pairsOf(arrays) },
  { name: 'objects', documents: wide, pair: pairsOf(objects) },
  {
    name: 'linked definitions',
    documents: [...leaves, ...nested, ...objectsOver(['a', 'b'], nested.slice(0, 40))],
    pair: fc.oneof(
      fc.tuple(linked, linked),
      fc
        .tuple(linked, fc.record({ place: fc.nat(50), way: fc.nat(1_000), part: link }))
        .map(([first, one]) => [first, applyChange(first, one)] as const),
    ),
  },
];

/** All objects with some of the names and any of the values. */
function objectsOver(names: readonly string[], values: readonly Json[]): Json[] {
  return names
    .reduce<[string, Json][][]>(
      (made, each) =>
        made.flatMap((members) => [
          members,
          ...values.map((value): [string, Json][] => [...members, [each, value]]),
        ]),
      [[]],
    )
    .map((members) => Object.fromEntries(members));
}

/** All sequences of the values up to that length. */
function sequencesOver<T>(values: readonly T[], lengthMax: number): T[][] {
  if (lengthMax === 0) return [[]];
  const shorter = sequencesOver(values, lengthMax - 1);
  const longest = shorter.filter(({ length }) => length === lengthMax - 1);
  return [...shorter, ...longest.flatMap((each) => values.map((value) => [...each, value]))];
}
