import type { Json } from './json-schema.js';

const sizes = new WeakMap<object, number>();

/** A document of more values than these helps nobody, and validators would walk through it. */
export const documentSizeMax = 20_000;

/**
 * How many values a document holds, itself included. Documents that are found share their parts, so
 * that a small one can stand for 2^60 values: each part is counted once and remembered.
 */
export function documentSize(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  let size = 1;
  for (const part of Object.values<Json>(value)) size += documentSize(part);
  sizes.set(value, size);
  return size;
}
