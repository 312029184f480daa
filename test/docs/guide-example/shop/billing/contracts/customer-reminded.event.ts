import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';

/** A customer was reminded of a bill that is not paid. */
export class CustomerReminded extends defineEvent({
  name: 'shop.customer-reminded',
  version: 1,
  summary: 'A customer was reminded of a bill that is not paid.',
  producer: 'billing',
  schema: z.strictObject({ orderId: z.string(), customerId: z.string() }),
  key: ({ customerId }) => customerId,
  examples: [{ orderId: 'o1', customerId: 'c1' }],
  since: '0.2.0',
}) {}
