import type { Page } from '#shared-kernel/domain/page.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { ProviderServers } from './provider-servers.js';
import type { SourceScheme } from './source-scheme.js';
import type { Source } from './source.js';

/** A source with the scheme that its settings stand for, read once. */
export interface KnownSource {
  readonly source: Source;
  readonly scheme: SourceScheme;
  /** Of its provider. */
  readonly providerRevision: number;
  /** The whole address as the provider was given it, without a query. */
  readonly address: string;
  readonly keysFor: ProviderServers['keysFor'];
}

/** Which sources a list shows. */
export interface SourceFilter {
  readonly tenant: string;
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after: string | undefined;
}

/** Where sources are kept. Changes are writes that the caller commits. */
export abstract class SourceRegistry {
  /**
   * The source with this address, without secrets that have expired. Asked for every webhook, so it
   * may be up to a second old.
   */
  abstract byToken(token: string): Promise<KnownSource | undefined>;
  abstract byId(tenant: string, id: string): Promise<Source | undefined>;
  /** As `byToken`, by the id; read anew each time. */
  abstract knownById(tenant: string, id: string): Promise<KnownSource | undefined>;
  /** A source that need not be stored, with the scheme that it would have. */
  abstract knownOf(source: Source): Promise<KnownSource>;
  abstract list(filter: SourceFilter): Promise<Page<Source>>;
  abstract add(source: Source): Write;
  /** Replaces the source as it was at `revision`. */
  abstract replace(source: Source, revision: number): Write;
  abstract remove(source: Source): Write;
  /** Call after a change was committed, so that this process sees it at once. */
  abstract forget(token: string): void;
}
