import { chooseAmongAll, chooseAmongSome } from './leaf.js';
import { empty } from './outcome.js';
import { exactMax, isExactDivisor } from './multiple-of.js';
import type { Leaf } from './leaf.js';
import type { Outcome } from './outcome.js';

interface Span {
  from: number;
  upTo: number;
  withFrom: boolean;
  withUpTo: boolean;
}

const triesMax = 256;

/**
 * A number that meets the literals. With `integer` or exact divisors the numbers form a grid, which
 * is walked; without, they lie densely and a few are tried.
 */
export function solveNumber(leaf: Leaf): Outcome {
  const span = spanOf(leaf);
  const { from, upTo, withFrom, withUpTo } = span;
  if (from > upTo || (from === upTo && !(withFrom && withUpTo))) return empty;
  if (from === upTo) return chooseAmongAll([from], leaf);
  const step = gridOf(leaf);
  if (step === undefined) return chooseAmongSome(denseNumbers(span, leaf), leaf);
  const walk = gridNumbers(span, step);
  if (!walk) return chooseAmongSome(denseNumbers(span, leaf), leaf);
  if (walk.areAll) return chooseAmongAll(walk.numbers, leaf);
  if (leaf.literals.some(({ atom, negated }) => negated && coversGrid(atom, step))) return empty;
  return chooseAmongSome([...walk.numbers, ...denseNumbers(span, leaf)], leaf);
}

function coversGrid(atom: Leaf['literals'][number]['atom'], step: number): boolean {
  if (atom.kind === 'integer') return Number.isInteger(step);
  return atom.kind === 'multiple' && isExactDivisor(atom.divisor) && step % atom.divisor === 0;
}

function spanOf(leaf: Leaf): Span {
  const span: Span = { from: -Infinity, upTo: Infinity, withFrom: false, withUpTo: false };
  for (const { atom, negated } of leaf.literals) {
    if (atom.kind !== 'above') continue;
    const { limit, inclusive } = atom;
    if (!negated && (limit > span.from || (limit === span.from && !inclusive))) {
      Object.assign(span, { from: limit, withFrom: inclusive });
    }
    if (negated && (limit < span.upTo || (limit === span.upTo && inclusive))) {
      Object.assign(span, { upTo: limit, withUpTo: !inclusive });
    }
  }
  return span;
}

/** The step of the grid that all divisors share, undefined when there is none. */
function gridOf(leaf: Leaf): number | undefined {
  let step: number | undefined;
  for (const { atom, negated } of leaf.literals) {
    if (negated) continue;
    const divisor =
      atom.kind === 'integer' ? 1 : atom.kind === 'multiple' ? atom.divisor : undefined;
    if (divisor === undefined || !isExactDivisor(divisor)) continue;
    const joint = step === undefined ? divisor : leastCommonMultiple(step, divisor);
    // Too large to be exact: fewer demands keep proofs right.
    if (joint <= exactMax) step = joint;
  }
  return step;
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

function gridNumbers(span: Span, step: number) {
  const isInside = (value: number) =>
    (value > span.from || (span.withFrom && value === span.from)) &&
    (value < span.upTo || (span.withUpTo && value === span.upTo));
  const start = Number.isFinite(span.from) ? Math.ceil(span.from / step) : undefined;
  const end = Number.isFinite(span.upTo) ? Math.floor(span.upTo / step) : undefined;
  const bound = Math.max(Math.abs(start ?? 0), Math.abs(end ?? 0)) + triesMax;
  if (bound * step > exactMax) return undefined;
  const first = start ?? end ?? 0;
  const count = start !== undefined && end !== undefined ? end - start + 1 : Infinity;
  const direction = start !== undefined ? 1 : -1;
  const numbers = Array.from({ length: Math.max(0, Math.min(count, triesMax)) }, (_, index) => {
    const both = index % 2 === 0 ? -index / 2 : (index + 1) / 2;
    const offset = start === undefined && end === undefined ? both : index * direction;
    return (first + offset) * step + 0;
  });
  return { numbers: numbers.filter(isInside), areAll: count <= triesMax };
}

/** Numbers of a span without a grid, simple ones first. */
function denseNumbers(span: Span, leaf: Leaf): number[] {
  const { from, upTo } = span;
  const low = Number.isFinite(from) ? from : Number.isFinite(upTo) ? upTo - 10 : -10;
  const high = Number.isFinite(upTo) ? upTo : low + 20;
  const parts = [0.5, 0.25, 0.123, 0.789, 0.0101, 0.9899, 1 / 3];
  const inside = parts.map((part) => low + (high - low) * part);
  const divisors = leaf.literals.flatMap(({ atom }) =>
    atom.kind === 'multiple' ? multiplesNear(low, atom.divisor) : [],
  );
  const near = [low + 0.5, high - 0.5, Math.ceil(low), Math.floor(high), low + 1, high - 1];
  return [0, 1, -1, 0.5, low, high, ...near, ...inside, ...divisors].map((value) => value + 0);
}

function multiplesNear(low: number, divisor: number): number[] {
  const first = Math.ceil(low / divisor);
  return Array.from({ length: 40 }, (_, index) => (first + index) * divisor);
}
