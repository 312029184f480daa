import fc, { type Arbitrary } from 'fast-check';
import type { z } from 'zod';
import { jsonSchemaOf } from '#shared-kernel/contracts/contract-document.js';

type Schema = Readonly<Record<string, unknown>>;

const listMax = 4;

/**
 * Documents that the schema accepts, as JSON has them. Knows what our contracts use, and throws for
 * anything else: documents that leave out a part would be a test that looks at less than it says.
 */
export function documentsOf<Data>(schema: z.ZodType<Data>): Arbitrary<Data> {
  return arbitraryOf(jsonSchemaOf(schema, 'output')).filter(
    (document): document is Data => schema.safeParse(document).success,
  );
}

function arbitraryOf(schema: Schema): Arbitrary<unknown> {
  const { type, anyOf, oneOf, enum: values } = schema;
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(values)) return fc.constantFrom(...values);
  const branches = anyOf ?? oneOf;
  if (Array.isArray(branches)) return fc.oneof(...branches.map(arbitraryOf));
  if (Array.isArray(type))
    return fc.oneof(...type.map((one) => arbitraryOf({ ...schema, type: one })));
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'string':
      return fc.string(lengths(schema, 'Length'));
    case 'integer':
    case 'number':
      return numbersOf(schema);
    case 'array':
      return fc.array(arbitraryOf(schema['items'] as Schema), lengths(schema, 'Items'));
    case 'object':
      return objectsOf(schema);
    default:
      throw new Error(`there are no documents for ${JSON.stringify(schema)}`);
  }
}

function objectsOf({ properties = {}, required = [], additionalProperties }: Schema) {
  const members = Object.entries(properties as Record<string, Schema>);
  const known = fc.record(
    Object.fromEntries(members.map(([name, member]) => [name, arbitraryOf(member)])),
    { requiredKeys: required as string[] },
  );
  if (typeof additionalProperties !== 'object' || additionalProperties === null) return known;
  const names = fc.string().filter((name) => !(name in Object.prototype));
  const others = fc.dictionary(names, arbitraryOf(additionalProperties as Schema), {
    maxKeys: listMax,
  });
  return fc.tuple(others, known).map(([other, own]) => ({ ...other, ...own }));
}

function numbersOf({ type, minimum, maximum }: Schema): Arbitrary<number> {
  const bounds = {
    ...(typeof minimum === 'number' && { min: minimum }),
    ...(typeof maximum === 'number' && { max: maximum }),
  };
  if (type === 'integer') return fc.integer(bounds);
  // JSON has neither, and writes -0 as 0.
  return fc.double({ ...bounds, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
}

function lengths(schema: Schema, what: 'Length' | 'Items') {
  const min = schema[`min${what}`];
  const max = schema[`max${what}`];
  const minLength = typeof min === 'number' ? min : 0;
  const maxLength = typeof max === 'number' ? max : minLength + listMax;
  return { minLength, maxLength };
}
