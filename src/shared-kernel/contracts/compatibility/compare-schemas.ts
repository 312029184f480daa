import { findDifference } from './find-difference.js';
import type { Accepts, Json, JsonSchema } from './json-schema.js';

export type { Accepts, Json, JsonSchema } from './json-schema.js';

/**
 * Which way a change must be safe, in the words of Confluent's schema registry. `backward`: all
 * that the old schema accepts, the new one accepts (new readers, old data). `forward`: all that the
 * new one accepts, the old one accepts (old readers, new data). `full`: both. Transitive: with
 * every older version, not only the last one.
 */
export type CompatibilityMode =
  | 'backward'
  | 'forward'
  | 'full'
  | 'backward-transitive'
  | 'forward-transitive'
  | 'full-transitive';

type Direction = 'backward' | 'forward';

/** What is known of a change. `compatible` is proved, a witness is confirmed by the validator. */
export type Verdict =
  | { readonly verdict: 'compatible' }
  | {
      readonly verdict: 'incompatible';
      readonly direction: Direction;
      /** A document that the one schema accepts and the other one rejects. */
      readonly witness: Json;
      /** JSON pointer into the witness: where it breaks the schema that rejects it. */
      readonly path: string;
      readonly why: string;
    }
  | {
      readonly verdict: 'unknown';
      readonly direction: Direction;
      /** JSON pointer into documents: where the question stayed open. */
      readonly path: string;
      readonly reason: string;
    };

/**
 * Tells whether a new version of a JSON Schema (2020-12) is compatible with older ones.
 *
 * Never wrong about `compatible`: what the checker does not follow (look-ahead in patterns,
 * conditional `unevaluatedProperties`, keywords that it does not know, too much at once) ends as
 * `unknown` with a reason. Numbers are compared as numbers; how validators round past 2^53 is not
 * modelled.
 *
 * @param history older versions, oldest first; modes that are not transitive look at the last one
 * @param accepts the validator that confirms witnesses; one that throws confirms nothing
 */
export function compareSchemas(
  history: readonly JsonSchema[],
  next: JsonSchema,
  mode: CompatibilityMode,
  accepts: Accepts,
): Verdict {
  const olders = mode.endsWith('-transitive') ? history : history.slice(-1);
  let open: Verdict = { verdict: 'compatible' };
  for (const older of olders.toReversed()) {
    for (const direction of directionsOf(mode)) {
      const verdict = compareTwo(older, next, direction, accepts);
      if (verdict.verdict === 'incompatible') return verdict;
      if (open.verdict === 'compatible') open = verdict;
    }
  }
  return open;
}

function directionsOf(mode: CompatibilityMode): readonly Direction[] {
  if (mode.startsWith('full')) return ['backward', 'forward'];
  return mode.startsWith('backward') ? ['backward'] : ['forward'];
}

function compareTwo(
  older: JsonSchema,
  next: JsonSchema,
  direction: Direction,
  accepts: Accepts,
): Verdict {
  const isBackward = direction === 'backward';
  const [accepting, rejecting] = isBackward ? [older, next] : [next, older];
  const difference = findDifference(accepting, rejecting, accepts);
  switch (difference.kind) {
    case 'none':
      return { verdict: 'compatible' };
    case 'unknown':
      return { verdict: 'unknown', direction, path: difference.path, reason: difference.reason };
    case 'witness': {
      const { witness, path } = difference;
      const why = `the ${isBackward ? 'new' : 'old'} schema rejects it: ${difference.why}`;
      return { verdict: 'incompatible', direction, witness, path, why };
    }
  }
}
