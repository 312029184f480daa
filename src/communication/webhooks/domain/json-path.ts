import { z } from 'zod';

/**
 * A dotted path of at most 10 names, such as `data.object.id`; a number picks from a list
 * (`items.0.id`).
 */
export const jsonPathSchema = z
  .string()
  .max(200)
  .regex(/^[^.]+(?:\.[^.]+){0,9}$/, 'must be names joined by dots, at most 10')
  .meta({ description: 'Dotted path into the JSON body, such as `data.object.id`.' });

/**
 * The value at a dotted path, or undefined. Only own properties count: a path from a user never
 * reaches `constructor` or anything else on a prototype.
 */
export function valueAt(json: unknown, path: string): unknown {
  let value = json;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/**
 * The text or the digits at a path of a document. Numbers past 2^53 have lost digits in JSON.parse,
 * so two of them may look like one: they are no text.
 */
export function jsonTextAt(path: string, json: unknown): string | undefined {
  const value = valueAt(json, path);
  if (typeof value === 'string') return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
