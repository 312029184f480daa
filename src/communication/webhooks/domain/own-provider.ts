import type { Page } from '#shared-kernel/domain/page.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { ProviderDefinition } from './provider-definition.js';

/** A provider that a tenant defined. */
export interface OwnProvider {
  readonly tenant: string;
  readonly definition: ProviderDefinition;
  readonly createdAtMs: number;
  /** Counts changes from 1, for optimistic writes and ETags. */
  readonly revision: number;
}

/** Where the definitions of tenants are kept. Changes are writes that the caller commits. */
export abstract class OwnProviders {
  abstract find(tenant: string, name: string): Promise<OwnProvider | undefined>;
  /** By name, at most `limit` behind the name `after`. */
  abstract list(
    tenant: string,
    limit: number,
    after: string | undefined,
  ): Promise<Page<OwnProvider>>;
  abstract isUsed(tenant: string, name: string): Promise<boolean>;
  /** Fails with the conflict `provider-is-new` when the tenant has the name already. */
  abstract add(provider: OwnProvider): Write;
  /** Replaces the definition as it was at `revision`. */
  abstract replace(provider: OwnProvider, revision: number): Write;
  /** Fails with the conflict `provider-is-unused` when a source has it, or it is gone. */
  abstract remove(provider: OwnProvider): Write;
  /** Call after a change was committed, so that this process sees it at once. */
  abstract forget(tenant: string, name: string): void;
}
