import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';
import { deliveryErrors } from '../errors.js';

/** Removes an endpoint for good. Its deliveries stay; those that are due are discarded in time. */
export class DeleteEndpoint extends defineCommand({
  name: 'deliveries.delete-endpoint',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(DeleteEndpoint)
export class DeleteEndpointHandler implements ICommandHandler<DeleteEndpoint> {
  constructor(
    private readonly endpoints: EndpointRegistry,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, id } }: DeleteEndpoint): Promise<void> {
    const endpoint = await this.endpoints.byId(tenant, id);
    if (endpoint === undefined)
      throw deliveryErrors.endpointNotFound(`There is no endpoint ${id}.`);
    await this.log.commit({ writes: [this.endpoints.remove(endpoint)] });
    this.endpoints.forget(id);
  }
}
