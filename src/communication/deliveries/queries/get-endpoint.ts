import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';
import { endpointStateOf, endpointStateSchema } from '../domain/endpoint-state.js';
import { deliveryErrors } from '../errors.js';

export class GetEndpoint extends defineQuery({
  name: 'deliveries.get-endpoint',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: endpointStateSchema,
}) {}

@QueryHandler(GetEndpoint)
export class GetEndpointHandler implements IQueryHandler<GetEndpoint> {
  constructor(private readonly endpoints: EndpointRegistry) {}

  async execute({ input: { tenant, id } }: GetEndpoint) {
    const endpoint = await this.endpoints.byId(tenant, id);
    if (endpoint === undefined)
      throw deliveryErrors.endpointNotFound(`There is no endpoint ${id}.`);
    return endpointStateOf(endpoint);
  }
}
