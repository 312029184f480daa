import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { encodeCursor } from '#shared-kernel/domain/page.js';
import { bodyCoverage } from '../domain/body-coverage.js';
import { FixedProviders } from '../domain/fixed-providers.js';
import { OwnProviders } from '../domain/own-provider.js';
import {
  type ProviderDefinition,
  providerDefinitionSchema,
} from '../domain/provider-definition.js';
import { secretFormOf } from '../domain/secret-form.js';

/** A provider as others may see it, whoever defined it. */
export const providerStateSchema = z.strictObject({
  origin: z.enum(['shipped', 'file', 'own']),
  definition: providerDefinitionSchema,
  /** What its sources' secrets must look like. */
  secretForm: z.string(),
  /** How much of the body the signature speaks for. */
  covers: z.enum(['body', 'fields', 'none']),
  proof: z.record(z.string(), z.string()).nullable(),
  /** Null unless it is the tenant's own. */
  revision: z.int().nullable(),
});

export type ProviderState = z.infer<typeof providerStateSchema>;

/** One page of the providers that a tenant can choose from, by name. */
export class FindProviders extends defineQuery({
  name: 'webhooks.find-providers',
  input: z.strictObject({
    tenant: z.string(),
    limit: z.int(),
    after: z.string().optional(),
  }),
  result: z.object({ items: z.array(providerStateSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindProviders)
export class FindProvidersHandler implements IQueryHandler<FindProviders> {
  constructor(
    private readonly fixed: FixedProviders,
    private readonly own: OwnProviders,
  ) {}

  async execute({ input: { tenant, limit, after } }: FindProviders) {
    const own = await this.own.list(tenant, limit, after);
    const items = [
      ...own.items.map(({ definition, revision }) =>
        providerState('own', definition, null, revision),
      ),
      ...this.fixed.all
        .filter(({ definition }) => after === undefined || definition.name > after)
        .map(({ origin, definition, proof }) => providerState(origin, definition, proof, null)),
    ].sort((one, other) => (one.definition.name < other.definition.name ? -1 : 1));
    const page = items.slice(0, limit);
    const last = page.at(-1);
    const isMore = items.length > limit || own.next !== null;
    return {
      items: page,
      next: isMore && last !== undefined ? encodeCursor(last.definition.name) : null,
    };
  }
}

export function providerState(
  origin: ProviderState['origin'],
  definition: ProviderDefinition,
  proof: object | null,
  revision: number | null,
): ProviderState {
  const { signature } = definition;
  return {
    origin,
    definition,
    secretForm: secretFormOf(signature),
    covers: bodyCoverage(signature),
    proof: proof === null ? null : { ...proof },
    revision,
  };
}
