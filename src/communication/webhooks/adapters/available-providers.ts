import { Injectable } from '@nestjs/common';
import { FixedProviders } from '../domain/fixed-providers.js';
import { type KnownProvider, Providers } from '../domain/known-provider.js';
import { OwnProviders } from '../domain/own-provider.js';
import { configuredProvider } from '../domain/providers/registry.js';
import { readDefinition } from '../domain/read-definition.js';
import { knownProvider } from '../domain/source-provider.js';
import { webhookErrors } from '../errors.js';

/** Providers that all tenants have, and the tenant's own. */
@Injectable()
export class AvailableProviders extends Providers {
  private readonly known: ReadonlyMap<string, KnownProvider>;

  constructor(
    private readonly own: OwnProviders,
    fixed: FixedProviders,
  ) {
    super();
    const known = new Map([[configuredProvider, knownProvider(configuredProvider)]]);
    for (const { definition } of fixed.all) {
      const { name } = definition;
      known.set(name, knownProvider(name, { definition, revision: 0 }));
    }
    this.known = known;
  }

  async byName(tenant: string, name: string): Promise<KnownProvider> {
    const fixed = this.known.get(name);
    return fixed ?? knownProvider(name, await this.own.find(tenant, name));
  }

  draft(input: unknown): KnownProvider {
    const { definition, faults } = readDefinition(input, () => false);
    if (faults === null) return knownProvider(definition.name, { definition, revision: 0 });
    throw webhookErrors.invalidProvider('The definition is wrong; see its fields.', {
      fields: faults.map(({ path, fault }) => ({ path: `definition.${path}`, fault })),
    });
  }
}
