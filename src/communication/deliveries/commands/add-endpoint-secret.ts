import { randomBytes } from 'node:crypto';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { addSecret } from '../domain/endpoint-decisions.js';
import { secretInput } from '../domain/endpoint-input.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';
import { newEndpointSecret } from '../domain/sign-message.js';
import { deliveryErrors } from '../errors.js';

const secretBytes = 32;

/** Lets one more secret sign, beside those that there are: the first half of a rotation. */
export class AddEndpointSecret extends defineCommand({
  name: 'deliveries.add-endpoint-secret',
  input: z.strictObject({ tenant: z.string(), endpointId: z.string(), value: secretInput }),
  result: z.strictObject({
    secretId: z.string(),
    createdAtMs: z.int(),
    madeSecret: z.string().nullable(),
  }),
}) {}

@CommandHandler(AddEndpointSecret)
export class AddEndpointSecretHandler implements ICommandHandler<AddEndpointSecret> {
  constructor(
    private readonly endpoints: EndpointRegistry,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: AddEndpointSecret) {
    const { tenant, endpointId } = input;
    const endpoint = await this.endpoints.byId(tenant, endpointId);
    if (endpoint === undefined) {
      throw deliveryErrors.endpointNotFound(`There is no endpoint ${endpointId}.`);
    }
    const createdAtMs = this.clock.now();
    const value = input.value ?? newEndpointSecret(randomBytes(secretBytes));
    const secret = { id: newId('sec', createdAtMs), value, createdAtMs };
    const changed = addSecret(endpoint, secret);
    await this.log.commit({ writes: [this.endpoints.replace(changed)] });
    this.endpoints.forget(endpointId);
    const madeSecret = input.value === undefined ? value : null;
    return { secretId: secret.id, createdAtMs, madeSecret };
  }
}
