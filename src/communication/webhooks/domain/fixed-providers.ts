import type { ProviderDefinition, ProviderProof } from './provider-definition.js';

/** A provider that came with the program, or stands in the file of the operator. */
export interface FixedProvider {
  readonly origin: 'shipped' | 'file';
  readonly definition: ProviderDefinition;
  readonly proof: ProviderProof | null;
}

/** The providers that all tenants have; as a class it is also the token to inject them by. */
export class FixedProviders {
  /** In the order of their names. */
  readonly all: readonly FixedProvider[];

  constructor(
    providers: readonly FixedProvider[],
    /** The provider whose sources bring their scheme as settings: it has no definition. */
    private readonly configured: string,
  ) {
    this.all = [...providers].sort((one, other) =>
      one.definition.name < other.definition.name ? -1 : 1,
    );
  }

  byName(name: string): FixedProvider | undefined {
    return this.all.find(({ definition }) => definition.name === name);
  }

  /** Whether no tenant may give this name to a provider of its own. */
  isTaken(name: string): boolean {
    return name === this.configured || this.byName(name) !== undefined;
  }
}
