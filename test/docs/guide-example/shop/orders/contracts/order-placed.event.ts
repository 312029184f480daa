import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';

/** A customer ordered something. */
export class OrderPlaced extends defineEvent({
  name: 'shop.order-placed',
  version: 1,
  summary: 'A customer ordered something.',
  producer: 'orders',
  schema: z.strictObject({ orderId: z.string(), customerId: z.string(), euros: z.number() }),
  key: ({ customerId }) => customerId,
  examples: [{ orderId: 'o1', customerId: 'c1', euros: 9.5 }],
  since: '0.1.0',
  deprecated: { since: '0.2.0', sunset: '2027-01-31', use: 'shop.order-placed@2' },
}) {}
