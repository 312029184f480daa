import type { Write } from '#shared-kernel/persistence/statement.js';
import type { Bill } from './bill.js';

/** Where bills stand. Changes are writes that the caller commits. */
export abstract class BillBook {
  abstract ofCustomer(tenant: string, customerId: string): Promise<Bill[]>;
  /** Nothing happens when the order has a bill. */
  abstract add(tenant: string, bill: Bill): Write;
  abstract pay(tenant: string, customerId: string): Write;
}
