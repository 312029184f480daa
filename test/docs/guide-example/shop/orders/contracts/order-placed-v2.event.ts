import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';
import { OrderPlaced } from './order-placed.event.js';

/** A customer ordered something, told in whole cents. */
export class OrderPlacedV2 extends defineEvent({
  name: 'shop.order-placed',
  version: 2,
  summary: 'A customer ordered something.',
  producer: 'orders',
  schema: z.strictObject({ orderId: z.string(), customerId: z.string(), cents: z.int() }),
  key: ({ customerId }) => customerId,
  examples: [{ orderId: 'o1', customerId: 'c1', cents: 950 }],
  since: '0.2.0',
  upcasts: {
    from: OrderPlaced,
    up: ({ euros, ...rest }) => ({ ...rest, cents: Math.round(euros * 100) }),
  },
}) {}
