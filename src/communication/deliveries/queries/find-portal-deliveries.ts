import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { pageOf } from '#shared-kernel/domain/page.js';
import { DeliveryHistory } from '../domain/delivery-history.js';
import { deliveryStateOf, deliveryStateSchema } from '../domain/delivery-state.js';

/** One page of the deliveries of a few endpoints, newest first. */
export class FindPortalDeliveries extends defineQuery({
  name: 'deliveries.find-portal-deliveries',
  input: z.strictObject({
    tenant: z.string(),
    /** Null for all of the tenant. */
    endpointIds: z.array(z.string()).nullable(),
    limit: z.int(),
    before: z.string().optional(),
    eventId: z.string().optional(),
    state: deliveryStateSchema.shape.state.optional(),
  }),
  result: z.object({ items: z.array(deliveryStateSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindPortalDeliveries)
export class FindPortalDeliveriesHandler implements IQueryHandler<FindPortalDeliveries> {
  constructor(private readonly history: DeliveryHistory) {}

  async execute({ input }: FindPortalDeliveries) {
    const { tenant, endpointIds, limit, before, eventId, state } = input;
    const filter = { tenant, before, eventId, state };
    // A token names few endpoints: their pages are read apart, each by its index, and merged.
    const pages = await Promise.all(
      (endpointIds ?? [undefined]).map((endpointId) =>
        this.history.list({ ...filter, endpointId, limit: limit + 1 }),
      ),
    );
    const found = pages.flatMap(({ items }) => items);
    found.sort((one, other) => (one.delivery.id < other.delivery.id ? 1 : -1));
    return pageOf(found, limit, ({ delivery }) => delivery.id, deliveryStateOf);
  }
}
