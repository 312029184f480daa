import type { Json } from './json-schema.js';

/** The answer to "is there a document like that?" */
export type Outcome =
  { readonly kind: 'empty' } | { readonly kind: 'found'; readonly value: Json } | OpenOutcome;

/** The question could not be decided. */
export interface OpenOutcome {
  readonly kind: 'unknown';
  readonly reason: string;
  /** JSON pointer of the place in a document where the question stayed open. */
  readonly path: string;
  /** A document that may be one, worth a try. */
  readonly value?: Json;
}

export const empty: Outcome = { kind: 'empty' };

export function found(value: Json): Outcome {
  return { kind: 'found', value };
}

/** The answer of several ways to the same end: the first found, else open, else none. */
export function firstOf<T>(ways: Iterable<T>, go: (way: T) => Outcome): Outcome {
  let open: Outcome = empty;
  for (const way of ways) {
    const outcome = go(way);
    if (outcome.kind === 'found') return outcome;
    if (outcome.kind === 'unknown' && (open.kind === 'empty' || !hasValue(open))) open = outcome;
  }
  return open;
}

function hasValue(outcome: Outcome): boolean {
  return 'value' in outcome;
}
