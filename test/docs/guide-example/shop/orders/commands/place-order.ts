import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { OrderPlacedV2 } from '../contracts/order-placed-v2.event.js';
import { OrderBook } from '../domain/order-book.js';
import { orderErrors } from '../errors.js';

/** Takes an order. */
export class PlaceOrder extends defineCommand({
  name: 'orders.place-order',
  input: z.strictObject({
    tenant: z.string(),
    orderId: z.string(),
    customerId: z.string(),
    cents: z.int().min(1),
  }),
  result: z.void(),
}) {}

@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(
    private readonly orders: OrderBook,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, ...order } }: PlaceOrder): Promise<void> {
    if (await this.orders.has(tenant, order.orderId)) {
      throw orderErrors.orderExists(`There is an order ${order.orderId} already.`);
    }
    await this.log.commit({
      writes: [this.orders.add(tenant, order)],
      events: [OrderPlacedV2.of({ tenant, data: order })],
    });
  }
}
