import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';

/** An endpoint whose breaker was open takes deliveries again. */
export class EndpointRecovered extends defineEvent({
  name: 'communication.endpoint-recovered',
  version: 1,
  summary: 'An endpoint that had failed so often that only probes were sent works again.',
  schema: z.strictObject({
    endpointId: z.string(),
    endpointName: z.string(),
    failingSinceMs: z.int(),
  }),
  key: (data) => data.endpointId,
  examples: [
    {
      endpointId: 'end_019ab0c5d3f07a6e8d5b2f1c4e7a9b40',
      endpointName: 'Order service',
      failingSinceMs: 1_763_800_000_000,
    },
  ],
  since: '0.1.0',
  producer: 'deliveries',
}) {}
