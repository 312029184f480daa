import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { SubscribeEndpoint } from '#communication/event-processing/contracts/subscribe-endpoint.command.js';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { ChangeEndpoint } from './change-endpoint.js';
import { portalRuleName } from './create-portal-endpoint.js';
import { DeleteEndpoint } from './delete-endpoint.js';

const { name, description, url, state, payloadFormat } =
  ChangeEndpoint.contract.input.shape.patch.shape;

/** What a customer may change of an endpoint. */
export const portalEndpointPatch = z.strictObject({
  name,
  description,
  url,
  state,
  payloadFormat,
});

/** Changes an endpoint as a customer may; event types that are absent stay as they are. */
export class ChangePortalEndpoint extends defineCommand({
  name: 'deliveries.change-portal-endpoint',
  input: z.strictObject({
    tenant: z.string(),
    id: z.string(),
    patch: portalEndpointPatch,
    eventTypes: z.array(z.string()).optional(),
    /** The only revision that the caller wants to change; null for any. */
    revision: z.int().nullable(),
  }),
  result: z.void(),
}) {}

@CommandHandler(ChangePortalEndpoint)
export class ChangePortalEndpointHandler implements ICommandHandler<ChangePortalEndpoint> {
  constructor(private readonly commands: CommandBus) {}

  async execute({ input }: ChangePortalEndpoint): Promise<void> {
    const { tenant, id, patch, eventTypes, revision } = input;
    const change = new ChangeEndpoint({ tenant, id, patch, revision });
    const { name: ownName } = await this.commands.execute(change);
    if (eventTypes === undefined) return;
    const subscription = { tenant, endpointId: id, name: portalRuleName(ownName) };
    await this.commands.execute(new SubscribeEndpoint({ ...subscription, types: eventTypes }));
  }
}

/** Deletes an endpoint with what its customer chose for it. */
export class DeletePortalEndpoint extends defineCommand({
  name: 'deliveries.delete-portal-endpoint',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(DeletePortalEndpoint)
export class DeletePortalEndpointHandler implements ICommandHandler<DeletePortalEndpoint> {
  constructor(private readonly commands: CommandBus) {}

  async execute({ input: { tenant, id } }: DeletePortalEndpoint): Promise<void> {
    const nothing = { tenant, endpointId: id, name: portalRuleName(''), types: [] };
    await this.commands.execute(new SubscribeEndpoint(nothing));
    await this.commands.execute(new DeleteEndpoint({ tenant, id }));
  }
}
