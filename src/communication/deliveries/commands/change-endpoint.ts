import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { DeliveryQueue } from '../domain/delivery-queue.js';
import { DeliverySettings } from '../domain/delivery-settings.js';
import { patchEndpoint } from '../domain/endpoint-decisions.js';
import { endpointPatch } from '../domain/endpoint-input.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';
import { endpointStateOf, endpointStateSchema } from '../domain/endpoint-state.js';
import { deliveryErrors } from '../errors.js';

/** Changes an endpoint; its secrets have their own ways. */
export class ChangeEndpoint extends defineCommand({
  name: 'deliveries.change-endpoint',
  input: z.strictObject({
    tenant: z.string(),
    id: z.string(),
    patch: endpointPatch,
    /** The only revision that the caller wants to change; null for any. */
    revision: z.int().nullable(),
  }),
  result: endpointStateSchema,
}) {}

@CommandHandler(ChangeEndpoint)
export class ChangeEndpointHandler implements ICommandHandler<ChangeEndpoint> {
  constructor(
    private readonly endpoints: EndpointRegistry,
    private readonly log: EventLog,
    private readonly settings: DeliverySettings,
    private readonly queue: DeliveryQueue,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: ChangeEndpoint) {
    const { tenant, id, patch, revision } = input;
    const endpoint = await this.endpoints.byId(tenant, id);
    if (endpoint === undefined)
      throw deliveryErrors.endpointNotFound(`There is no endpoint ${id}.`);
    if (revision !== null && revision !== endpoint.revision) {
      throw storageErrors.conflict(`The endpoint ${id} is at revision ${endpoint.revision} now.`);
    }
    const changed = patchEndpoint(endpoint, patch, this.settings, this.clock.now());
    const writes = [this.endpoints.replace(changed)];
    const letsGo = endpoint.orderOnExhausted === 'hold' && changed.orderOnExhausted === 'continue';
    if (letsGo) writes.push(...this.queue.releaseHeld(id, this.clock.now()));
    await this.log.commit({ writes, due: letsGo ? ['delivery'] : [] });
    this.endpoints.forget(id);
    return endpointStateOf(changed);
  }
}
