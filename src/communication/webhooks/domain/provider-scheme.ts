import type { SignedPart } from './signed-string.js';

/**
 * How one provider signs and describes its webhooks, as data: the verifier reads it and knows no
 * provider by name. A new provider is one file that fills this in and one line in the registry.
 */
export interface ProviderScheme {
  readonly signature: SignatureScheme;
  /** The id that stays the same when the provider sends a delivery again. */
  readonly deliveryId?: Place;
  /** The first place that holds a usable name wins. */
  readonly eventType?: readonly Place[];
  readonly eventTime?: EventTime;
  /**
   * The form field that holds the JSON document when the provider sends
   * `application/x-www-form-urlencoded`. Where it is set, such bodies are expected; elsewhere they
   * are flagged.
   */
  readonly formField?: string;
  readonly handshake?: Handshake;
}

export interface SignatureScheme {
  readonly algorithm: SignatureAlgorithm;
  readonly encoding: SignatureEncoding;
  readonly place: SignaturePlace;
  /** What is signed, byte for byte; made by `signedString`. */
  readonly signed: readonly SignedPart[];
  /** Present when the signed string holds a time, so that a replay can be told from a delivery. */
  readonly timestamp?: SignedTimestamp;
}

/**
 * Another algorithm is another member here, and the compiler then shows where the verifier must
 * learn it.
 */
export interface SignatureAlgorithm {
  readonly kind: 'hmac';
  readonly hash: HashName;
  /** How the secret, as the provider shows it to people, becomes the bytes of the key. */
  readonly keyForm: KeyForm;
}

export type HashName = 'sha1' | 'sha256' | 'sha512';

/** `whsec` is base64 behind an optional `whsec_`, as Standard Webhooks and Svix write it. */
export type KeyForm = 'utf8' | 'hex' | 'base64' | 'whsec';

export type SignatureEncoding = 'hex' | 'base64';

/**
 * Where text stands in a request. Header names are in lower case; the first header that is present
 * counts.
 */
export type Place = HeaderPlace | PairPlace | JsonPlace;

interface HeaderPlace {
  readonly kind: 'header';
  readonly headers: readonly string[];
}

/** One value of a header that is a list of pairs: `t=1492774577,v1=5257a8...`. */
interface PairPlace {
  readonly kind: 'pair';
  readonly header: string;
  readonly key: string;
  readonly separator: ',' | ';';
}

/** A dotted path into the JSON body: `event.type`. */
interface JsonPlace {
  readonly kind: 'json';
  readonly path: string;
}

/**
 * Where the signatures stand. All that are found are tried, since providers send several while a
 * secret is rotated. `prefix` marks the ones that are ours (`sha256=`, `v1,`) and is cut off; the
 * others are left alone.
 */
export type SignaturePlace =
  (HeaderPlace & { readonly prefix?: string; readonly separator?: ' ' | ',' }) | PairPlace;

export interface SignedTimestamp {
  readonly place: Exclude<Place, JsonPlace>;
  readonly unit: 'seconds' | 'milliseconds';
  /** How old a webhook may be, and how far ahead the sender's clock may run, in seconds. */
  readonly pastSeconds: number;
  readonly futureSeconds: number;
}

/** When the event happened at the provider: a claim of its own, not checked against any window. */
export interface EventTime {
  readonly place: Place;
  readonly unit: 'seconds' | 'milliseconds' | 'iso';
}

/**
 * A request that asks whether we own the address: when `path` holds `equals`, answer with what
 * stands at `echo`.
 */
interface Handshake {
  readonly kind: 'echo-json';
  readonly path: string;
  readonly equals: string;
  readonly echo: string;
}
