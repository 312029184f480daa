import { Module } from '@nestjs/common';
import { StoredBills } from './adapters/stored-bills.js';
import { PayBillsHandler } from './commands/pay-bills.js';
import { RemindCustomerHandler } from './commands/remind-customer.js';
import { BillBook } from './domain/bill-book.js';
import { BillsOfCustomerHandler } from './queries/bills-of-customer.js';
import { BillCustomerWhenOrderPlaced } from './reactions/bill-customer-when-order-placed.js';

/** Bills orders. */
@Module({
  providers: [
    { provide: BillBook, useClass: StoredBills },
    BillCustomerWhenOrderPlaced,
    RemindCustomerHandler,
    PayBillsHandler,
    BillsOfCustomerHandler,
  ],
})
export class BillingModule {}
