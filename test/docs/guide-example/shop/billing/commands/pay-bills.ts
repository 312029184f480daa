import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { BillBook } from '../domain/bill-book.js';
import { reminderId } from './remind-customer.js';

/** The customer paid all bills. */
export class PayBills extends defineCommand({
  name: 'billing.pay-bills',
  input: z.strictObject({ tenant: z.string(), customerId: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(PayBills)
export class PayBillsHandler implements ICommandHandler<PayBills> {
  constructor(
    private readonly bills: BillBook,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, customerId } }: PayBills): Promise<void> {
    const bills = await this.bills.ofCustomer(tenant, customerId);
    await this.log.commit({
      writes: [this.bills.pay(tenant, customerId)],
      cancels: bills.map(({ orderId }) => reminderId(orderId)),
    });
  }
}
