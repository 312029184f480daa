import { EventsHandler } from '@nestjs/cqrs';
import type { Decision } from '#shared-kernel/messaging/event-log.js';
import { Reaction, type ReactsTo } from '#shared-kernel/messaging/reaction.js';
import { OrderPlacedV2 } from '../../orders/contracts/order-placed-v2.event.js';
import { RemindCustomer, reminderId } from '../commands/remind-customer.js';
import { billFor } from '../domain/bill.js';
import { BillBook } from '../domain/bill-book.js';

const remindAfterMs = 14 * 86_400_000;

/** Bills every order. */
@Reaction({ id: 'billing.bill-customer-when-order-placed', start: 'first' })
@EventsHandler(OrderPlacedV2)
export class BillCustomerWhenOrderPlaced implements ReactsTo<OrderPlacedV2> {
  constructor(private readonly bills: BillBook) {}

  async handle({ record: { tenant }, data }: OrderPlacedV2): Promise<Decision> {
    const { orderId, customerId } = data;
    const bill = billFor(data, await this.bills.ofCustomer(tenant, customerId));
    if (bill === null) return {};
    const command = new RemindCustomer({ tenant, orderId, customerId });
    return {
      writes: [this.bills.add(tenant, bill)],
      commands: [{ id: reminderId(orderId), tenant, command, afterMs: remindAfterMs }],
    };
  }
}
