import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { SubscribeEndpoint } from '#communication/event-processing/contracts/subscribe-endpoint.command.js';
import { Settings } from '#shared-kernel/config/settings.js';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';
import { deliveryErrors } from '../errors.js';
import { CreateEndpoint } from './create-endpoint.js';

const { name, description, url, payloadFormat } = CreateEndpoint.contract.input.shape;

/** Makes an endpoint as a customer may: few choices, the rest by default, within a limit. */
export class CreatePortalEndpoint extends defineCommand({
  name: 'deliveries.create-portal-endpoint',
  input: z.strictObject({
    tenant: z.string(),
    name,
    description,
    url,
    payloadFormat,
    eventTypes: z.array(z.string()),
  }),
  result: CreateEndpoint.contract.result,
}) {}

@CommandHandler(CreatePortalEndpoint)
export class CreatePortalEndpointHandler implements ICommandHandler<CreatePortalEndpoint> {
  constructor(
    private readonly endpoints: EndpointRegistry,
    private readonly commands: CommandBus,
    private readonly settings: Settings,
  ) {}

  async execute({ input: { eventTypes, ...chosen } }: CreatePortalEndpoint) {
    const { tenant } = chosen;
    const { portalEndpointsMax } = this.settings;
    const all = await this.endpoints.list({ tenant, limit: portalEndpointsMax, after: undefined });
    if (all.items.length >= portalEndpointsMax) {
      throw deliveryErrors.tooManyEndpoints(`There are ${portalEndpointsMax} endpoints already.`);
    }
    const input = CreateEndpoint.contract.input.parse(chosen);
    const created = await this.commands.execute(new CreateEndpoint(input));
    const { id: endpointId, name: ownName } = created.endpoint;
    const subscription = { tenant, endpointId, name: portalRuleName(ownName), types: eventTypes };
    await this.commands.execute(new SubscribeEndpoint(subscription));
    return created;
  }
}

/** What the rule of a customer's endpoint is called in the list of rules. */
export function portalRuleName(endpointName: string): string {
  return `Portal: ${endpointName}`;
}
