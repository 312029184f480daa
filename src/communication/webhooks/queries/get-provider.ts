import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { FixedProviders } from '../domain/fixed-providers.js';
import { OwnProviders } from '../domain/own-provider.js';
import { webhookErrors } from '../errors.js';
import { providerState, providerStateSchema } from './find-providers.js';

export class GetProvider extends defineQuery({
  name: 'webhooks.get-provider',
  input: z.strictObject({ tenant: z.string(), name: z.string() }),
  result: providerStateSchema,
}) {}

@QueryHandler(GetProvider)
export class GetProviderHandler implements IQueryHandler<GetProvider> {
  constructor(
    private readonly fixed: FixedProviders,
    private readonly own: OwnProviders,
  ) {}

  async execute({ input: { tenant, name } }: GetProvider) {
    const fixed = this.fixed.byName(name);
    if (fixed !== undefined) {
      return providerState(fixed.origin, fixed.definition, fixed.proof, null);
    }
    const own = await this.own.find(tenant, name);
    if (own !== undefined) return providerState('own', own.definition, null, own.revision);
    throw webhookErrors.providerNotFound(`There is no provider ${name}.`);
  }
}
