import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';

/** Signalbox disabled an endpoint by itself; a person has to look at it. */
export class EndpointDisabled extends defineEvent({
  name: 'communication.endpoint-disabled',
  version: 1,
  summary: 'An endpoint was disabled because its receiver is gone, or failed for days.',
  schema: z.strictObject({
    endpointId: z.string(),
    endpointName: z.string(),
    reason: z.string(),
    lastFailure: z.string(),
  }),
  key: (data) => data.endpointId,
  examples: [
    {
      endpointId: 'end_019ab0c5d3f07a6e8d5b2f1c4e7a9b40',
      endpointName: 'Order service',
      reason: 'every try failed for 120 hours',
      lastFailure: 'answered 503',
    },
  ],
  since: '0.1.0',
  producer: 'deliveries',
}) {}
