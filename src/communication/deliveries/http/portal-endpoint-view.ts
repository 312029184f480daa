import { z } from 'zod';
import { eventTypePattern } from '../commands/recover-deliveries.js';
import { endpointView } from './endpoint-view.js';

const shown = endpointView.shape;
const typesMax = 50;

/** What a customer may say of an endpoint: neither how it is tried nor what it may reach. */
export const portalEventTypes = z
  .array(eventTypePattern)
  .max(typesMax)
  .describe('Types that the endpoint gets, or beginnings of types followed by `*`.');

/** An endpoint as its customer sees it. */
export const portalEndpointView = z
  .object({
    id: shown.id,
    name: shown.name,
    description: shown.description,
    url: shown.url,
    state: shown.state,
    disabledReason: shown.disabledReason,
    payloadFormat: shown.payloadFormat,
    eventTypes: z
      .array(z.string())
      .describe('Types chosen at the portal; rules of the operator can send it more.'),
    secrets: shown.secrets,
    createdAt: shown.createdAt,
  })
  .meta({ id: 'PortalEndpoint' });

export function viewOfPortalEndpoint(
  endpoint: z.infer<typeof endpointView>,
  eventTypes: readonly string[],
): z.infer<typeof portalEndpointView> {
  return {
    id: endpoint.id,
    name: endpoint.name,
    description: endpoint.description,
    url: endpoint.url,
    state: endpoint.state,
    disabledReason: endpoint.disabledReason,
    payloadFormat: endpoint.payloadFormat,
    eventTypes: [...eventTypes],
    secrets: endpoint.secrets,
    createdAt: endpoint.createdAt,
  };
}
