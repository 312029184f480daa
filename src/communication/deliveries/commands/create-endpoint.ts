import { randomBytes } from 'node:crypto';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { DeliverySettings } from '../domain/delivery-settings.js';
import { newEndpoint } from '../domain/endpoint-decisions.js';
import { endpointInput } from '../domain/endpoint-input.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';
import { endpointStateOf, endpointStateSchema } from '../domain/endpoint-state.js';
import { newEndpointSecret } from '../domain/sign-message.js';

const secretBytes = 32;

/** Makes an endpoint. A secret that it makes itself comes back in the result, once. */
export class CreateEndpoint extends defineCommand({
  name: 'deliveries.create-endpoint',
  input: endpointInput.extend({ tenant: z.string() }),
  result: z.strictObject({ endpoint: endpointStateSchema, madeSecret: z.string().nullable() }),
}) {}

@CommandHandler(CreateEndpoint)
export class CreateEndpointHandler implements ICommandHandler<CreateEndpoint> {
  constructor(
    private readonly endpoints: EndpointRegistry,
    private readonly log: EventLog,
    private readonly clock: Clock,
    private readonly settings: DeliverySettings,
  ) {}

  async execute({ input }: CreateEndpoint) {
    const createdAtMs = this.clock.now();
    const value = input.secret ?? newEndpointSecret(randomBytes(secretBytes));
    const secret = { id: newId('sec', createdAtMs), value, createdAtMs };
    const identity = { id: newId('end', createdAtMs), tenant: input.tenant, createdAtMs };
    const endpoint = newEndpoint(identity, input, secret, this.settings);
    await this.log.commit({ writes: [this.endpoints.add(endpoint)] });
    const madeSecret = input.secret === undefined ? value : null;
    return { endpoint: endpointStateOf(endpoint), madeSecret };
  }
}
