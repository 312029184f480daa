import type { Place } from '../place.js';
import type { HashName, SignatureAlgorithm } from '../signature-algorithm.js';
import type { SignedTimestamp, TimeUnit } from '../provider-scheme.js';

/** Parts of schemes that many providers share, so that their data says only what is theirs. */

type HeaderPlace = Extract<Place, { kind: 'header' }>;
type JsonPlace = Extract<Place, { kind: 'json' }>;
type PairPlace = Extract<Place, { kind: 'pair' }>;

/** The first of these headers that is present. */
export function header(...headers: string[]): HeaderPlace {
  return { kind: 'header', headers };
}

/** A text or number in the JSON of a webhook. */
export function json(path: string): JsonPlace {
  return { kind: 'json', path };
}

/** `key=value` in a header that lists such pairs between commas. */
export function pair(name: string, key: string): PairPlace {
  return { kind: 'pair', header: name, key, separator: ',' };
}

/** An HMAC whose key is the text of the secret as it stands. */
export function hmac(hash: HashName): SignatureAlgorithm {
  return { kind: 'hmac', hash, keyForm: 'utf8' };
}

/** A signed time with the same window into the past and the future. */
export function within(seconds: number, place: Place, unit: TimeUnit = 'seconds'): SignedTimestamp {
  return { place, unit, pastSeconds: seconds, futureSeconds: seconds };
}
