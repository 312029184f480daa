import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { DeliveryHistory } from '../domain/delivery-history.js';
import {
  attemptStateOf,
  attemptStateSchema,
  deliveryStateOf,
  deliveryStateSchema,
} from '../domain/delivery-state.js';
import { deliveryErrors } from '../errors.js';

/** One delivery with its newest attempts, oldest first. */
export class GetDelivery extends defineQuery({
  name: 'deliveries.get-delivery',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: deliveryStateSchema.extend({ attempts: z.array(attemptStateSchema) }),
}) {}

@QueryHandler(GetDelivery)
export class GetDeliveryHandler implements IQueryHandler<GetDelivery> {
  constructor(private readonly history: DeliveryHistory) {}

  async execute({ input: { tenant, id } }: GetDelivery) {
    const recorded = await this.history.byId(tenant, id);
    if (recorded === undefined)
      throw deliveryErrors.deliveryNotFound(`There is no delivery ${id}.`);
    const attempts = await this.history.attemptsOf(id);
    return { ...deliveryStateOf(recorded), attempts: attempts.map(attemptStateOf) };
  }
}
