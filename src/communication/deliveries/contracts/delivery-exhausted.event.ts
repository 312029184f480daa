import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';

/** The last try of a delivery failed; nothing more happens by itself. */
export class DeliveryExhausted extends defineEvent({
  name: 'communication.delivery-exhausted',
  version: 1,
  summary: 'The last try of a delivery failed; it waits for a person.',
  schema: z.strictObject({
    deliveryId: z.string(),
    endpointId: z.string(),
    eventId: z.string(),
    attempts: z.int(),
    lastFailure: z.string(),
  }),
  key: (data) => data.endpointId,
  examples: [
    {
      deliveryId: 'dlv_019ab0c5d3f07a6e8d5b2f1c4e7a9b41',
      endpointId: 'end_019ab0c5d3f07a6e8d5b2f1c4e7a9b40',
      eventId: 'evt_019ab0c5d3f07a6e8d5b2f1c4e7a9b3e',
      attempts: 8,
      lastFailure: 'answered 503',
    },
  ],
  since: '0.1.0',
  producer: 'deliveries',
}) {}
