import type { Write } from '#shared-kernel/persistence/statement.js';

/** An order that a customer placed. */
export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly cents: number;
}

/** Where orders stand. Changes are writes that the caller commits. */
export abstract class OrderBook {
  abstract has(tenant: string, orderId: string): Promise<boolean>;
  /** Conflict when there is one with this id meanwhile. */
  abstract add(tenant: string, order: Order): Write;
}
