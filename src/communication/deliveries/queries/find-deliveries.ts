import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { DeliveryHistory } from '../domain/delivery-history.js';
import { deliveryStateOf, deliveryStateSchema } from '../domain/delivery-state.js';

/** One page of a tenant's deliveries, newest first. */
export class FindDeliveries extends defineQuery({
  name: 'deliveries.find-deliveries',
  input: z.strictObject({
    tenant: z.string(),
    limit: z.int(),
    before: z.string().optional(),
    endpointId: z.string().optional(),
    eventId: z.string().optional(),
    state: deliveryStateSchema.shape.state.optional(),
  }),
  result: z.object({ items: z.array(deliveryStateSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindDeliveries)
export class FindDeliveriesHandler implements IQueryHandler<FindDeliveries> {
  constructor(private readonly history: DeliveryHistory) {}

  async execute({ input }: FindDeliveries) {
    const { tenant, limit, before, endpointId, eventId, state } = input;
    const filter = { tenant, limit, before, endpointId, eventId, state };
    const { items, next } = await this.history.list(filter);
    return { items: items.map(deliveryStateOf), next };
  }
}
