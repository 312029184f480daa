import { randomBytes } from 'node:crypto';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { addSecret, rotateSecret } from '../domain/endpoint-decisions.js';
import { secretInput, secretKindInput } from '../domain/endpoint-input.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';
import { secretStateOf, secretStateSchema } from '../domain/endpoint-state.js';
import { newEndpointSecret } from '../domain/signing-key.js';
import { deliveryErrors } from '../errors.js';

const secretBytes = 32;
const hourMs = 3_600_000;
const overlapHoursMax = 30 * 24;

/** Lets one more secret sign, beside those that there are or in their place: a rotation. */
export class AddEndpointSecret extends defineCommand({
  name: 'deliveries.add-endpoint-secret',
  input: z.strictObject({
    tenant: z.string(),
    endpointId: z.string(),
    value: secretInput,
    kind: secretKindInput.default('v1'),
    /** Hours after which all other secrets end; null lets them stay. */
    overlapHours: z.number().min(0).max(overlapHoursMax).nullable().default(null),
  }),
  result: z.strictObject({ secret: secretStateSchema, madeSecret: z.string().nullable() }),
}) {}

@CommandHandler(AddEndpointSecret)
export class AddEndpointSecretHandler implements ICommandHandler<AddEndpointSecret> {
  constructor(
    private readonly endpoints: EndpointRegistry,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: AddEndpointSecret) {
    const { tenant, endpointId, kind, overlapHours } = input;
    const endpoint = await this.endpoints.byId(tenant, endpointId);
    if (endpoint === undefined) {
      throw deliveryErrors.endpointNotFound(`There is no endpoint ${endpointId}.`);
    }
    const createdAtMs = this.clock.now();
    const value = input.value ?? newEndpointSecret(randomBytes(secretBytes), kind);
    const secret = { id: newId('sec', createdAtMs), value, createdAtMs, expiresAtMs: null };
    const changed =
      overlapHours === null
        ? addSecret(endpoint, secret)
        : rotateSecret(endpoint, secret, Math.round(overlapHours * hourMs));
    await this.log.commit({ writes: [this.endpoints.replace(changed)] });
    this.endpoints.forget(endpointId);
    // Receivers need nothing of a pair but its public key.
    const isShown = input.value === undefined && kind === 'v1';
    return { secret: secretStateOf(secret), madeSecret: isShown ? value : null };
  }
}
