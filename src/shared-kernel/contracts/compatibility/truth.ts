/**
 * How sure it is that a statement holds: `no` and `yes` are proved, the two between are what a
 * validator most likely says. Negation is `3 - truth`, "and" is the minimum, "or" the maximum.
 */
export type Truth = 0 | 1 | 2 | 3;
export const no: Truth = 0;
export const unlikely: Truth = 1;
export const likely: Truth = 2;
export const yes: Truth = 3;

export function truthOf(value: boolean): Truth {
  return value ? yes : no;
}

export function not(truth: Truth): Truth {
  return (3 - truth) as Truth;
}

/** The truth of "all of these"; stops at the first that is proved wrong. */
export function every<T>(parts: Iterable<T>, judge: (part: T) => Truth): Truth {
  let least: Truth = yes;
  for (const part of parts) {
    const truth = judge(part);
    if (truth < least) least = truth;
    if (least === no) break;
  }
  return least;
}

/** The truth of "one of these at least". */
export function some<T>(parts: Iterable<T>, judge: (part: T) => Truth): Truth {
  return not(every(parts, (part) => not(judge(part))));
}
