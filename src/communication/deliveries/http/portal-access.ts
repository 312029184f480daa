import { QueryBus } from '@nestjs/cqrs';
import type { PortalCaller } from '#shared-kernel/auth/caller.js';
import { deliveryErrors } from '../errors.js';
import { GetDelivery } from '../queries/get-delivery.js';
import { GetEndpoint } from '../queries/get-endpoint.js';

/** The endpoint, when the token is for it; to everybody else it does not exist. */
export async function ownEndpoint(
  queries: QueryBus,
  { tenant, endpointIds }: PortalCaller,
  id: string,
) {
  if (endpointIds !== null && !endpointIds.includes(id)) {
    throw deliveryErrors.endpointNotFound(`There is no endpoint ${id}.`);
  }
  return queries.execute(new GetEndpoint({ tenant, id }));
}

/** The delivery, when the token is for its endpoint; to everybody else it does not exist. */
export async function ownDelivery(
  queries: QueryBus,
  { tenant, endpointIds }: PortalCaller,
  id: string,
) {
  const delivery = await queries.execute(new GetDelivery({ tenant, id }));
  if (endpointIds !== null && !endpointIds.includes(delivery.endpointId)) {
    throw deliveryErrors.deliveryNotFound(`There is no delivery ${id}.`);
  }
  return delivery;
}
