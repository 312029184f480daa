import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { EndpointExists } from '../contracts/endpoint-exists.query.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';

@QueryHandler(EndpointExists)
export class EndpointExistsHandler implements IQueryHandler<EndpointExists> {
  constructor(private readonly endpoints: EndpointRegistry) {}

  async execute({ input: { tenant, endpointId } }: EndpointExists): Promise<boolean> {
    const endpoint = await this.endpoints.byId(tenant, endpointId);
    return endpoint !== undefined;
  }
}
