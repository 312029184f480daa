import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { startAgain } from '../domain/delivery.js';
import { DeliveryHistory } from '../domain/delivery-history.js';
import { DeliveryQueue } from '../domain/delivery-queue.js';
import { deliveryStateOf, deliveryStateSchema } from '../domain/delivery-state.js';
import { deliveryErrors } from '../errors.js';

/** Makes a settled delivery due at once, with all its tries before it. */
export class RetryDelivery extends defineCommand({
  name: 'deliveries.retry-delivery',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: deliveryStateSchema,
}) {}

@CommandHandler(RetryDelivery)
export class RetryDeliveryHandler implements ICommandHandler<RetryDelivery> {
  constructor(
    private readonly history: DeliveryHistory,
    private readonly queue: DeliveryQueue,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { tenant, id } }: RetryDelivery) {
    const recorded = await this.history.byId(tenant, id);
    if (recorded === undefined)
      throw deliveryErrors.deliveryNotFound(`There is no delivery ${id}.`);
    const delivery = startAgain(recorded.delivery, this.clock.now());
    await this.log.commit({ writes: this.queue.startAgain(delivery), due: ['delivery'] });
    return deliveryStateOf({ ...recorded, delivery });
  }
}
