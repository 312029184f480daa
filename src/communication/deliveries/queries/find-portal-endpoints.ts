import { type IQueryHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { EndpointSubscriptions } from '#communication/event-processing/contracts/endpoint-subscriptions.query.js';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';
import { endpointStateOf, endpointStateSchema } from '../domain/endpoint-state.js';
import type { Endpoint } from '../domain/endpoint.js';

/** An endpoint with the types of events that its customer chose. */
const subscribedEndpoint = z.strictObject({
  endpoint: endpointStateSchema,
  eventTypes: z.array(z.string()),
});

/** One page of the endpoints that a portal token is for, oldest first. */
export class FindPortalEndpoints extends defineQuery({
  name: 'deliveries.find-portal-endpoints',
  input: z.strictObject({
    tenant: z.string(),
    /** Null for all of the tenant; else all of these come in one page. */
    endpointIds: z.array(z.string()).nullable(),
    limit: z.int(),
    after: z.string().optional(),
  }),
  result: z.object({ items: z.array(subscribedEndpoint), next: z.string().nullable() }),
}) {}

@QueryHandler(FindPortalEndpoints)
export class FindPortalEndpointsHandler implements IQueryHandler<FindPortalEndpoints> {
  constructor(
    private readonly endpoints: EndpointRegistry,
    private readonly queries: QueryBus,
  ) {}

  async execute({ input: { tenant, endpointIds, limit, after } }: FindPortalEndpoints) {
    const { items, next } =
      endpointIds === null
        ? await this.endpoints.list({ tenant, limit, after })
        : { items: await this.byIds(tenant, endpointIds), next: null };
    const ids = items.map(({ id }) => id);
    const query = new EndpointSubscriptions({ tenant, endpointIds: ids });
    const subscriptions = await this.queries.execute(query);
    const typesOf = new Map(subscriptions.map(({ endpointId, types }) => [endpointId, types]));
    return {
      items: items.map((endpoint) => ({
        endpoint: endpointStateOf(endpoint),
        eventTypes: typesOf.get(endpoint.id) ?? [],
      })),
      next,
    };
  }

  private async byIds(tenant: string, ids: readonly string[]): Promise<Endpoint[]> {
    const found = await Promise.all([...new Set(ids)].map((id) => this.endpoints.byId(tenant, id)));
    return found.filter((endpoint) => endpoint !== undefined);
  }
}
