import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { BillBook } from '../domain/bill-book.js';

const bill = z.strictObject({
  orderId: z.string(),
  customerId: z.string(),
  cents: z.int(),
  state: z.enum(['open', 'paid']),
});

/** All bills of a customer. */
export class BillsOfCustomer extends defineQuery({
  name: 'billing.bills-of-customer',
  input: z.strictObject({ tenant: z.string(), customerId: z.string() }),
  result: z.array(bill),
}) {}

@QueryHandler(BillsOfCustomer)
export class BillsOfCustomerHandler implements IQueryHandler<BillsOfCustomer> {
  constructor(private readonly bills: BillBook) {}

  execute({ input: { tenant, customerId } }: BillsOfCustomer) {
    return this.bills.ofCustomer(tenant, customerId);
  }
}
