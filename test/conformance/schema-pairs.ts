import fc from 'fast-check';
import type { JsonSchema } from '../../src/shared-kernel/contracts/compatibility/compare-schemas.js';

/** A schema whose keywords can be taken and replaced. */
type OpenSchema = Record<string, unknown>;

const names = ['a', 'b', 'c', 'kind'];
const values = [null, true, false, 0, 1, 2, 1.5, -1, '', 'a', 'b', 'ab', [], [1], {}, { a: 1 }];
const patterns = ['^a', 'b$', '^a*$', '^[ab]+$', 'a', '^x-', '^.{2}$'];
const formats = ['date', 'email', 'uuid', 'ipv4', 'made-up'];

const name = fc.constantFrom(...names);
const value = fc.constantFrom(...values);
const pattern = fc.constantFrom(...patterns);
const count = fc.integer({ min: 0, max: 3 });
const bound = fc.constantFrom(-2, -1, 0, 0.5, 1, 2, 3, 10);
const typeName = fc.constantFrom(
  'null',
  'boolean',
  'integer',
  'number',
  'string',
  'array',
  'object',
);
const type = fc.oneof(
  { weight: 4, arbitrary: typeName },
  { weight: 1, arbitrary: fc.uniqueArray(typeName, { minLength: 2, maxLength: 3 }) },
);

/** Schemas with some of the keywords. */
export function someKeywords(
  keywords: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<OpenSchema> {
  return fc.record(keywords, { requiredKeys: [] });
}

const scalar = fc.oneof(
  someKeywords({ type }),
  someKeywords({
    type: fc.constantFrom('number', 'integer'),
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
    multipleOf: fc.constantFrom(1, 2, 3, 4, 0.5, 0.1, 0.01),
  }),
  someKeywords({
    type: fc.constant('string'),
    minLength: count,
    maxLength: count,
    pattern,
  }),
  someKeywords({
    type: fc.constant('string'),
    format: fc.constantFrom(...formats),
    maxLength: count,
  }),
  someKeywords({ type, enum: fc.uniqueArray(value, { minLength: 1, maxLength: 4 }) }),
  someKeywords({ const: value }),
);

const trees = fc.letrec<{
  schema: JsonSchema;
  child: JsonSchema;
  object: OpenSchema;
  array: OpenSchema;
}>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'schema', withCrossShrink: true },
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.boolean() },
    { weight: 5, arbitrary: tie('object') },
    { weight: 2, arbitrary: tie('array') },
    { weight: 1, arbitrary: someKeywords({ anyOf: list(tie('schema')), type }) },
    { weight: 1, arbitrary: someKeywords({ oneOf: list(tie('schema')) }) },
    { weight: 1, arbitrary: someKeywords({ allOf: list(tie('schema')), type }) },
    { weight: 1, arbitrary: someKeywords({ not: tie('schema'), type }) },
    {
      weight: 1,
      arbitrary: someKeywords({ if: tie('schema'), then: tie('schema'), else: tie('schema') }),
    },
  ),
  // References only where they go down into the document: others never end.
  child: fc.oneof(
    { weight: 6, arbitrary: tie('schema') },
    { weight: 1, arbitrary: fc.constantFrom({ $ref: '#' }, { $ref: '#/$defs/node' }) },
  ),
  object: fc.oneof(
    someKeywords({
      type: fc.constant('object'),
      properties: fc.dictionary(name, tie('child'), { maxKeys: 3 }),
      required: fc.uniqueArray(name, { maxLength: 2 }),
      additionalProperties: fc.oneof(fc.constant(false), tie('child')),
    }),
    someKeywords({
      type: fc.constant('object'),
      properties: fc.dictionary(name, tie('child'), { maxKeys: 2 }),
      patternProperties: fc.dictionary(pattern, tie('schema'), { maxKeys: 1 }),
      additionalProperties: fc.oneof(fc.constant(false), tie('child')),
      propertyNames: tie('schema'),
      minProperties: count,
      maxProperties: count,
    }),
    someKeywords({
      properties: fc.dictionary(name, tie('child'), { maxKeys: 2 }),
      dependentRequired: fc.dictionary(name, fc.uniqueArray(name, { maxLength: 2 }), {
        maxKeys: 1,
      }),
      dependentSchemas: fc.dictionary(name, tie('schema'), { maxKeys: 1 }),
      unevaluatedProperties: fc.oneof(fc.constant(false), tie('schema')),
    }),
  ),
  array: fc.oneof(
    someKeywords({
      type: fc.constant('array'),
      items: tie('child'),
      minItems: count,
      maxItems: count,
    }),
    someKeywords({
      type: fc.constant('array'),
      prefixItems: fc.array(tie('child'), { minLength: 1, maxLength: 2 }),
      items: tie('child'),
      uniqueItems: fc.boolean(),
      maxItems: count,
    }),
    someKeywords({
      type: fc.constant('array'),
      contains: tie('child'),
      minContains: count,
      maxContains: count,
      unevaluatedItems: fc.boolean(),
    }),
  ),
}));

function list(schema: fc.Arbitrary<JsonSchema>) {
  return fc.array(schema, { minLength: 1, maxLength: 3 });
}

/** Random schemas; half of them have a recursive definition to refer to. */
const schema: fc.Arbitrary<JsonSchema> = fc
  .tuple(trees.schema, trees.object)
  .map(([root, node]) => {
    const text = JSON.stringify([root, node]);
    if (typeof root === 'boolean' || !text.includes('#/$defs/node')) return root;
    return { ...root, $defs: { node } };
  });

/** A change: `place` picks one of the schemas inside, `way` what is done with it. */
export interface Change {
  readonly place: number;
  readonly way: number;
  readonly part: JsonSchema;
}
const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(1_000),
  way: fc.nat(1_000),
  part: fc.oneof(scalar, trees.schema),
});

/** Two schemas: three times in four the second is the first with one or two changes. */
export const schemaPair: fc.Arbitrary<readonly [JsonSchema, JsonSchema]> = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(schema, schema).map(asJson) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(schema, fc.array(change, { minLength: 1, maxLength: 2 }), fc.boolean())
      .map(([first, changes, isTurned]) => {
        const second = changes.reduce(applyChange, first);
        return asJson(isTurned ? ([second, first] as const) : ([first, second] as const));
      }),
  },
);

/** A changed copy; the schema itself stays as it was. */
export function applyChange(root: JsonSchema, { place, way, part }: Change): JsonSchema {
  const copy = asJson(root);
  const places = placesIn(copy);
  const chosen = places[place % places.length];
  if (!chosen) return part;
  changeSchema(chosen, way, part);
  return copy;
}

/** All schemas inside of a schema that are objects, itself first. */
function placesIn(value: unknown, isSchema = true): OpenSchema[] {
  if (Array.isArray(value)) return value.flatMap((each) => placesIn(each, isSchema));
  if (typeof value !== 'object' || value === null) return [];
  const open = value as OpenSchema;
  const inner = Object.entries(open).flatMap(([key, each]) => {
    if (!isSchema) return placesIn(each);
    if (['enum', 'const', 'required', 'dependentRequired', 'type'].includes(key)) return [];
    const isByName = ['properties', 'patternProperties', 'dependentSchemas', '$defs'].includes(key);
    return placesIn(each, !isByName);
  });
  return isSchema ? [open, ...inner] : inner;
}

function changeSchema(target: OpenSchema, way: number, part: JsonSchema): void {
  const keywords = Object.keys(target).filter((keyword) => keyword !== '$defs');
  const keyword = keywords[way % Math.max(1, keywords.length)] ?? 'type';
  const ways: (() => void)[] = [
    () => Reflect.deleteProperty(target, keyword),
    () => Object.assign(target, typeof part === 'object' ? part : {}),
    () => (target['additionalProperties'] = way % 2 === 0 ? false : part),
    () => (target['properties'] = { ...(target['properties'] as object), c: part }),
    () => (target['required'] = flip(target['required'], names[way % names.length])),
    () => (target['enum'] = flip(target['enum'], values[way % values.length])),
    () => (target['anyOf'] = [...((target['anyOf'] as unknown[] | undefined) ?? []), part]),
    () => Object.assign(target, nudge(target, keyword, way % 2 === 0 ? 1 : -1)),
    () => Object.assign(target, { type: widen(target['type'], way) }),
    () => Object.assign(target, wrap(target, way)),
  ];
  ways[way % ways.length]?.();
}

/** The list without the element, or with it when it was not there; never empty. */
function flip(list: unknown, element: unknown): unknown[] {
  const all = Array.isArray(list) ? (list as unknown[]) : [];
  const others = all.filter((each) => JSON.stringify(each) !== JSON.stringify(element));
  return others.length === all.length || others.length === 0 ? [...others, element] : others;
}

function nudge(target: OpenSchema, keyword: string, by: number): OpenSchema {
  const old = target[keyword];
  return typeof old === 'number'
    ? { [keyword]: Math.max(keyword.startsWith('m') ? 0 : -5, old + by) }
    : {};
}

function widen(old: unknown, way: number): unknown {
  if (old === 'integer') return 'number';
  const types = Array.isArray(old) ? (old as unknown[]) : [old ?? 'object'];
  return way % 2 === 0 ? [...new Set([...types, 'null'])] : types[0];
}

/** The same schema said differently: inside of `allOf`, `anyOf` or a doubled `not`. */
function wrap(target: OpenSchema, way: number): OpenSchema {
  const { $defs: _, ...inner } = asJson(target);
  for (const keyword of Object.keys(inner)) Reflect.deleteProperty(target, keyword);
  return [{ allOf: [inner] }, { anyOf: [inner] }, { not: { not: inner } }, { oneOf: [inner] }][
    way % 4
  ] as OpenSchema;
}

/** A copy as if it had been read from a file. Other clones have the prototypes of another realm. */
function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
