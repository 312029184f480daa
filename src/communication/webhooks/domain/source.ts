import type { DedupeKey } from './dedupe-key.js';
import type { SourceOptions } from './source-options.js';

/**
 * What a signature is checked with. Treat it as immutable: the imported key is remembered per
 * object.
 */
export interface SigningSecret {
  readonly id: string;
  /** As the provider shows it to people. */
  readonly value: string;
}

/** One secret of a source; several stand side by side while a provider's secret is changed. */
export interface SourceSecret extends SigningSecret {
  readonly createdAtMs: number;
  /** From when on it verifies nothing any more; null for never. */
  readonly expiresAtMs: number | null;
}

/** A source has at most this many secrets, and a verification never tries more. */
export const secretsMax = 10;

/** An inbound webhook address with its provider and secrets. */
export interface Source {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  /** A provider that came with the program, or one that the tenant defined. */
  readonly provider: string;
  /** What the provider needs to know of the source; null when that is nothing. */
  readonly settings: Readonly<Record<string, unknown>> | null;
  /** 1 to 10, the oldest first. */
  readonly secrets: readonly SourceSecret[];
  /**
   * Where duplicates are recognised; null leaves it to the provider's delivery id and the content.
   */
  readonly dedupeKey: DedupeKey | null;
  readonly options: SourceOptions;
  /** The unguessable end of the address that senders use. */
  readonly token: string;
  readonly createdAtMs: number;
  /** Counts changes from 1, for optimistic writes and ETags. */
  readonly revision: number;
}

/** The source without the secrets that have expired; the same object while none has. */
export function withLiveSecrets(source: Source, nowMs: number): Source {
  const isLive = ({ expiresAtMs }: SourceSecret) => expiresAtMs === null || nowMs < expiresAtMs;
  if (source.secrets.every(isLive)) return source;
  return { ...source, secrets: source.secrets.filter(isLive) };
}
