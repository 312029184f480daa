import fc from 'fast-check';
import { z } from 'zod';

/** The part of JSON Schema that `z.toJSONSchema` writes and a document can be made from. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
}

/**
 * A small document that the schema accepts: its own example, else the least that it asks for.
 *
 * @throws Error when none can be derived, for instance because a refinement refuses it
 */
export function exampleOf<Value>(schema: z.ZodType<Value>, name: string): Value {
  const root = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as JsonSchema;
  const result = schema.safeParse(documentOf(root, root));
  if (result.success) return result.data;
  const where = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`no answer can be derived from the schema of ${name} (${where.join('; ')})`);
}

function documentOf(schema: JsonSchema, root: JsonSchema): unknown {
  const { examples, enum: choices, $ref } = schema;
  if (examples?.[0] !== undefined) return examples[0];
  if ('const' in schema) return schema.const;
  if ('default' in schema) return schema.default;
  if (choices !== undefined) return choices[0];
  if ($ref !== undefined) return documentOf(root.$defs?.[$ref.replace('#/$defs/', '')] ?? {}, root);
  const alternatives = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (alternatives?.[0] !== undefined) return documentOf(alternatives[0], root);
  switch (typeof schema.type === 'object' ? schema.type[0] : schema.type) {
    case 'object':
      return objectOf(schema, root);
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () =>
        documentOf(schema.items ?? {}, root),
      );
    case 'string':
      return textOf(schema);
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 0, (schema.exclusiveMinimum ?? -1) + 1, 0);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return undefined;
  }
}

function objectOf({ properties = {}, required = [] }: JsonSchema, root: JsonSchema): object {
  return Object.fromEntries(
    required.map((name) => [name, documentOf(properties[name] ?? {}, root)]),
  );
}

function textOf({ pattern, minLength = 1 }: JsonSchema): string {
  if (pattern === undefined) return 'x'.repeat(minLength);
  return fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 1, seed: 1 })[0] ?? '';
}
