/** Inclusive ranges of code points. */
export type Ranges = readonly (readonly [from: number, to: number])[];

/** A regular expression of the kind that a finite automaton can follow. */
export type PatternTree =
  | { readonly kind: 'character'; readonly ranges: Ranges }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly PatternTree[] }
  | {
      readonly kind: 'repeat';
      readonly part: PatternTree;
      readonly least: number;
      /** Infinity when there is no upper bound. */
      readonly most: number;
    }
  /** `^` and `$`. */
  | { readonly kind: 'start' | 'end' };

const lastCodePoint = 0x10ffff;
export const anyCharacter: Ranges = [[0, lastCodePoint]];

/** The ranges in order, without overlaps. */
export function mergeRanges(ranges: Ranges): Ranges {
  const merged: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** All code points that are not in the ranges. */
export function complementOf(ranges: Ranges): Ranges {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [from, to] of mergeRanges(ranges)) {
    if (from > next) gaps.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= lastCodePoint) gaps.push([next, lastCodePoint]);
  return gaps;
}

/** The tree that accepts one of these texts and nothing else. */
export function exactTexts(texts: readonly string[]): PatternTree {
  const parts = texts.map((text): PatternTree => {
    const characters = Array.from(text, (character): PatternTree => {
      const code = character.codePointAt(0) ?? 0;
      return { kind: 'character', ranges: [[code, code]] };
    });
    return { kind: 'sequence', parts: [{ kind: 'start' }, ...characters, { kind: 'end' }] };
  });
  return { kind: 'choice', parts };
}
