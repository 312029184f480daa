import { billingErrors } from '../errors.js';

/** What a customer owes, or owed, for one order. */
export interface Bill {
  readonly orderId: string;
  readonly customerId: string;
  readonly cents: number;
  readonly state: 'open' | 'paid';
}

const creditMaxCents = 100_000;

/**
 * The bill for an order, null when there is one already.
 *
 * @param bills all bills of the customer
 * @throws `billing.credit-exhausted` when too much would be open
 */
export function billFor(order: Omit<Bill, 'state'>, bills: readonly Bill[]): Bill | null {
  if (bills.some(({ orderId }) => orderId === order.orderId)) return null;
  const open = bills.filter(({ state }) => state === 'open');
  const owed = open.reduce((sum, { cents }) => sum + cents, order.cents);
  if (owed > creditMaxCents) {
    throw billingErrors.creditExhausted(`${order.customerId} would owe ${owed} cents.`);
  }
  return { ...order, state: 'open' };
}
