import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';
import { endpointStateOf, endpointStateSchema } from '../domain/endpoint-state.js';

/** One page of a tenant's endpoints, oldest first. */
export class FindEndpoints extends defineQuery({
  name: 'deliveries.find-endpoints',
  input: z.strictObject({
    tenant: z.string(),
    limit: z.int(),
    after: z.string().optional(),
  }),
  result: z.object({ items: z.array(endpointStateSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindEndpoints)
export class FindEndpointsHandler implements IQueryHandler<FindEndpoints> {
  constructor(private readonly endpoints: EndpointRegistry) {}

  async execute({ input: { tenant, limit, after } }: FindEndpoints) {
    const { items, next } = await this.endpoints.list({ tenant, limit, after });
    return { items: items.map(endpointStateOf), next };
  }
}
