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
import { newEndpointSecret } from '../domain/signing-key.js';

const secretBytes = 32;

/** Makes an endpoint. A shared secret that it makes itself comes back in the result, once. */
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
    const { tenant, secret: given, secretKind, ...facts } = input;
    const value = given ?? newEndpointSecret(randomBytes(secretBytes), secretKind);
    const secret = { id: newId('sec', createdAtMs), value, createdAtMs, expiresAtMs: null };
    const identity = { id: newId('end', createdAtMs), tenant, createdAtMs };
    const endpoint = newEndpoint(identity, facts, secret, this.settings);
    await this.log.commit({ writes: [this.endpoints.add(endpoint)] });
    // Receivers need nothing of a pair but its public key.
    const isShown = given === undefined && secretKind === 'v1';
    const madeSecret = isShown ? value : null;
    return { endpoint: endpointStateOf(endpoint), madeSecret };
  }
}
