import type { DedupeKey } from './dedupe-key.js';
import type { ProviderName } from './provider-name.js';
import type { SigningSecret } from './secret-key.js';

/** One secret of a source; several stand side by side while a provider's secret is changed. */
export interface SourceSecret extends SigningSecret {
  readonly createdAtMs: number;
}

/** An inbound webhook address with its provider and secrets. */
export interface Source {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly provider: ProviderName;
  /** What a provider that is configured needs to know; null for all others. */
  readonly settings: Readonly<Record<string, unknown>> | null;
  /** 1 to 10, the oldest first. */
  readonly secrets: readonly SourceSecret[];
  /**
   * Where duplicates are recognised; null leaves it to the provider's delivery id and the content.
   */
  readonly dedupeKey: DedupeKey | null;
  /** The unguessable end of the address that senders use. */
  readonly token: string;
  readonly createdAtMs: number;
  /** Counts changes from 1, for optimistic writes and ETags. */
  readonly revision: number;
}
