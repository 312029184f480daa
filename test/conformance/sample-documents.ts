import { randomInt } from '../../tools/support/seeded-random.ts';
import type {
  Json,
  JsonSchema,
} from '../../src/shared-kernel/contracts/compatibility/compare-schemas.js';
import type { Random } from '../../tools/support/seeded-random.ts';

const nestingMax = 4;
const scalars: readonly Json[] = [null, true, false, 0, 1, 2, 3, -1, 1.5, 0.1, 10, 12, 'a', ''];
const texts = ['b', 'ab', 'aa', 'aab', 'x-', 'x-a', 'ba', 'xyz', '2020-01-02', '1.2.3.4', 'a@b.co'];

/**
 * A document that was made to fit a schema more often than not, or to miss it narrowly. It knows
 * nothing of the checker under test: a naive reading of the keywords with random choices.
 */
export function sampleDocument(root: JsonSchema, random: Random): Json {
  const document = sample(root, root, random, 0);
  return randomInt(random, 3) === 0 ? disturb(document, random) : document;
}

function pick<T>(from: readonly T[], random: Random): T | undefined {
  return from[randomInt(random, from.length)];
}

function anything(random: Random, nesting: number): Json {
  const choice = randomInt(random, nesting > 2 ? 6 : 10);
  if (choice < 4) return pick(scalars, random) ?? null;
  if (choice < 6) return pick(texts, random) ?? null;
  const some = Array.from({ length: randomInt(random, 4) }, () => anything(random, nesting + 1));
  if (choice < 8) return some;
  return Object.fromEntries(some.map((each) => [anyName(random), each]));
}

function anyName(random: Random): string {
  return pick(['a', 'b', 'c', 'kind', 'ab', 'x-y', 'zz', 'd'], random) ?? 'a';
}

function sample(schema: unknown, root: JsonSchema, random: Random, nesting: number): Json {
  if (typeof schema !== 'object' || schema === null || nesting > nestingMax) {
    return anything(random, nesting);
  }
  const merged = mergeChoices(schema as Record<string, unknown>, root, random, 0);
  if (Array.isArray(merged['enum']) && merged['enum'].length > 0) {
    return pick(merged['enum'] as Json[], random) ?? null;
  }
  if ('const' in merged) return merged['const'] as Json;
  const inner = (part: unknown) => sample(part, root, random, nesting + 1);
  switch (chooseType(merged, random)) {
    case 'object':
      return sampleObject(merged, inner, random);
    case 'array':
      return sampleArray(merged, inner, random);
    case 'string':
      return sampleText(merged, random);
    case 'number':
    case 'integer':
      return sampleNumber(merged, random);
    case 'boolean':
      return randomInt(random, 2) === 0;
    case 'null':
      return null;
    default:
      return anything(random, nesting);
  }
}

/** The schema with one way through its `$ref`, `allOf`, `anyOf`, … laid over it. */
function mergeChoices(
  schema: Record<string, unknown>,
  root: JsonSchema,
  random: Random,
  nesting: number,
): Record<string, unknown> {
  const parts: unknown[] = [];
  const { $ref, allOf, anyOf, oneOf } = schema;
  if ($ref === '#') parts.push(root);
  if ($ref === '#/$defs/node' && typeof root === 'object') {
    parts.push((root['$defs'] as Record<string, unknown> | undefined)?.['node']);
  }
  if (Array.isArray(allOf)) parts.push(...(allOf as unknown[]));
  for (const list of [anyOf, oneOf]) if (Array.isArray(list)) parts.push(pick(list, random));
  if ('if' in schema) {
    if (randomInt(random, 2) === 0) parts.push(schema['if'], schema['then']);
    else parts.push(schema['else']);
  }
  return parts.reduce<Record<string, unknown>>((merged, part) => {
    if (typeof part !== 'object' || part === null || nesting > nestingMax) return merged;
    const other = mergeChoices(part as Record<string, unknown>, root, random, nesting + 1);
    const both = { ...merged, ...other };
    both['properties'] = { ...(merged['properties'] ?? {}), ...(other['properties'] ?? {}) };
    both['required'] = [...namesIn(merged['required']), ...namesIn(other['required'])];
    return both;
  }, schema);
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}

function chooseType(schema: Record<string, unknown>, random: Random): unknown {
  const { type } = schema;
  if (Array.isArray(type)) return pick(type as unknown[], random);
  if (type !== undefined) return type;
  const keywords = Object.keys(schema).join(' ');
  if (randomInt(random, 4) === 0) return undefined;
  if (/ropert|required|dependent/.test(keywords)) return 'object';
  if (/tems|ontains/.test(keywords)) return 'array';
  if (/Length|pattern|format/.test(keywords)) return 'string';
  return /imum|multiple/.test(keywords) ? 'number' : undefined;
}

function sampleObject(
  schema: Record<string, unknown>,
  inner: (part: unknown) => Json,
  random: Random,
): Json {
  const members = new Map<string, Json>();
  for (const [name, part] of Object.entries(schema['properties'] ?? {})) {
    const isNeeded = namesIn(schema['required']).includes(name);
    if (isNeeded || randomInt(random, 2) === 0) members.set(name, inner(part));
  }
  for (const name of namesIn(schema['required'])) {
    if (!members.has(name)) members.set(name, inner(schema['additionalProperties']));
  }
  if (schema['additionalProperties'] !== false || randomInt(random, 5) === 0) {
    for (let more = randomInt(random, 3); more > 0; more -= 1) {
      members.set(anyName(random), inner(schema['additionalProperties']));
    }
  }
  return Object.fromEntries(members);
}

function sampleArray(
  schema: Record<string, unknown>,
  inner: (part: unknown) => Json,
  random: Random,
): Json {
  const prefix = Array.isArray(schema['prefixItems']) ? (schema['prefixItems'] as unknown[]) : [];
  const length = Number(schema['minItems'] ?? 0) + randomInt(random, 4);
  return Array.from({ length }, (_, index) => {
    if (schema['contains'] !== undefined && randomInt(random, 2) === 0) {
      return inner(schema['contains']);
    }
    return inner(prefix[index] ?? schema['items']);
  });
}

function sampleText(schema: Record<string, unknown>, random: Random): string {
  const text = pick(['', 'a', ...texts], random) ?? '';
  const least = Number(schema['minLength'] ?? 0);
  return randomInt(random, 2) === 0 ? text : text.padEnd(least, 'ab').slice(0, least + 1);
}

function sampleNumber(schema: Record<string, unknown>, random: Random): number {
  const limits = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];
  const known = limits.flatMap((word) => (typeof schema[word] === 'number' ? [schema[word]] : []));
  const near = pick([...known, 0], random) ?? 0;
  const step = pick([0, 1, -1, 0.5, -0.5, 2, near, 0.25], random) ?? 0;
  const sum = near + step;
  return schema['type'] === 'integer' ? Math.round(sum) : sum;
}

/** The document with one thing about it changed. */
function disturb(document: Json, random: Random): Json {
  if (Array.isArray(document)) {
    const items = [...(document as readonly Json[])];
    const at = randomInt(random, items.length + 1);
    if (randomInt(random, 2) === 0) items.splice(at, 1);
    else items.splice(at, randomInt(random, 2), items[0] ?? anything(random, 3));
    return items;
  }
  if (typeof document === 'object' && document !== null) {
    const members = new Map(Object.entries(document));
    const name = pick([...members.keys(), anyName(random)], random) ?? 'a';
    const old = members.get(name);
    if (randomInt(random, 3) === 0) members.delete(name);
    else members.set(name, old === undefined ? anything(random, 3) : disturb(old, random));
    return Object.fromEntries(members);
  }
  if (typeof document === 'number' && randomInt(random, 2) === 0) return document + 1;
  return anything(random, 2);
}
