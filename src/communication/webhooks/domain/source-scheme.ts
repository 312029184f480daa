import type { KeyObject } from 'node:crypto';
import type { WantedKeys } from './provider-servers.js';
import type { Verification } from './rejection-reason.js';
import type { SourceRequest } from './source-request.js';
import type { Source } from './source.js';
import type { WebhookDescription } from './webhook-description.js';

/**
 * What the scheme of a source's provider makes of its requests. Who decides about a request needs
 * no more than this, and not how signatures are made.
 */
export interface SourceScheme {
  /** The methods that the address takes, for `Allow`. */
  readonly methods: readonly string[];
  /** A request to ask about; what several answers need of it is parsed once. */
  read(request: SourceRequest, source: Pick<Source, 'secrets' | 'settings'>): ReadRequest;
}

export interface ReadRequest {
  readonly method: string;
  /** The answer to a handshake that is asked before, or after, the signature is verified. */
  handshake(isVerified: boolean): HandshakeReply | null;
  /** The keys that the check of the signature needs from the provider's server, mostly none. */
  wantedKeys(): WantedKeys | null;
  /** Never throws, and fails closed. */
  verify(nowMs: number, remoteKeys: readonly KeyObject[]): Verification;
  /** Never throws; what cannot be read is null or flagged. */
  describe(): WebhookDescription;
  /** The texts that may be signed, as bytes with `{secret}` in place of the secret. */
  signedTexts(): readonly Uint8Array[];
  /** The headers without credentials. */
  headersToKeep(): Record<string, string | string[]>;
}

/** The whole answer to a provider that asks whether this address is ours. */
export interface HandshakeAnswer {
  readonly status: number;
  /** Names in lower case; `content-type` is among them when there is a body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is to be done before the answer: call an address, or keep a value for people to read. */
export type HandshakeAction =
  | { readonly kind: 'confirm'; readonly url: string }
  | { readonly kind: 'keep'; readonly value: string };

export interface HandshakeReply {
  readonly answer: HandshakeAnswer;
  readonly action: HandshakeAction | null;
}
