import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { removeSecret } from '../domain/endpoint-decisions.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';
import { deliveryErrors } from '../errors.js';

/** Stops signing with this secret: the second half of a rotation. */
export class RemoveEndpointSecret extends defineCommand({
  name: 'deliveries.remove-endpoint-secret',
  input: z.strictObject({ tenant: z.string(), endpointId: z.string(), secretId: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(RemoveEndpointSecret)
export class RemoveEndpointSecretHandler implements ICommandHandler<RemoveEndpointSecret> {
  constructor(
    private readonly endpoints: EndpointRegistry,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, endpointId, secretId } }: RemoveEndpointSecret): Promise<void> {
    const endpoint = await this.endpoints.byId(tenant, endpointId);
    if (endpoint === undefined) {
      throw deliveryErrors.endpointNotFound(`There is no endpoint ${endpointId}.`);
    }
    const changed = removeSecret(endpoint, secretId);
    await this.log.commit({ writes: [this.endpoints.replace(changed)] });
    this.endpoints.forget(endpointId);
  }
}
