import { isObject } from './json-schema.js';
import { parsePattern } from './parse-pattern.js';
import type { Json } from './json-schema.js';
import type { PatternTree } from './pattern-tree.js';

/** Even the worst pattern gets to the end of so few characters. */
const safeLength = 24;
const unboundedMax = 2;

/**
 * Tells which documents a validator that backtracks, as `RegExp` does, might not come back from:
 * a long text meets a pattern with repetitions inside of repetitions, or one that we cannot read.
 */
export function hangRisk(schemas: readonly unknown[]): (document: Json) => boolean {
  const isRisky = schemas.flatMap((schema) => patternsIn(schema)).some(isSlow);
  return (document) => isRisky && hasLongText(document);
}

function hasLongText(value: unknown): boolean {
  if (typeof value === 'string') return value.length > safeLength;
  if (Array.isArray(value)) return value.some(hasLongText);
  return isObject(value) && Object.entries(value).flat().some(hasLongText);
}

/** All patterns of a schema, and what only looks like one: more caution does no harm. */
function patternsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(patternsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    if (key === 'pattern' && typeof each === 'string') return [each];
    const own = key === 'patternProperties' && isObject(each) ? Object.keys(each) : [];
    return [...own, ...patternsIn(each)];
  });
}

function isSlow(pattern: string): boolean {
  const tree = parsePattern(pattern);
  return !tree || hasNestedRepeat(tree, false) || countUnbounded(tree) > unboundedMax;
}

function hasNestedRepeat(tree: PatternTree, isRepeated: boolean): boolean {
  if (tree.kind === 'repeat') {
    if (isRepeated && tree.most > 1) return true;
    return hasNestedRepeat(tree.part, isRepeated || tree.most > 1);
  }
  if (tree.kind === 'choice' && isRepeated) return true;
  return 'parts' in tree && tree.parts.some((part) => hasNestedRepeat(part, isRepeated));
}

function countUnbounded(tree: PatternTree): number {
  if (tree.kind === 'repeat') {
    return countUnbounded(tree.part) + (tree.most === Infinity ? 1 : 0);
  }
  if (!('parts' in tree)) return 0;
  return tree.parts.reduce((count, part) => count + countUnbounded(part), 0);
}
