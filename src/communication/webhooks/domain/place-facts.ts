import { shareOf } from './judge-samples.js';
import { type ShapeNode, type ValueType, valueTypes, type Watched } from './payload-shape.js';

/** How a place is in the payloads: the share that has it, and the types that are common there. */
export interface PlaceFacts {
  readonly share: number;
  readonly types: readonly ValueType[];
  /** Payloads that were counted for it. */
  readonly samples: number;
}

/** Types below this share are not named. */
const namedShareMin = 0.02;

/** All that is known of a place, the newest samples among it. */
export function placeFactsOf({ presence, types }: ShapeNode): PlaceFacts {
  return factsOf(bothOf(presence), bothOf(types));
}

/** @param typeCounts trials, then one count for each type; null names none */
export function factsOf(
  counts: readonly number[],
  typeCounts: readonly number[] | null,
): PlaceFacts {
  const named =
    typeCounts === null
      ? []
      : valueTypes.filter((_type, at) => shareOf(typeCounts, at) >= namedShareMin);
  const share = Math.round(shareOf(counts, 0) * 1_000) / 1_000;
  return { share, types: named, samples: Math.round(counts[0] ?? 0) };
}

export function bothOf({ base, recent }: Watched): number[] {
  return base.map((count, at) => count + (recent[at] ?? 0));
}
