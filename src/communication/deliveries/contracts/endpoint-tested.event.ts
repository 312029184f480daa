import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';

/** Somebody asked for a test message to an endpoint; no rule is asked about it. */
export class EndpointTested extends defineEvent({
  name: 'communication.endpoint-tested',
  version: 1,
  summary: 'Somebody asked for a test message to an endpoint.',
  schema: z.strictObject({
    endpointId: z.string(),
    /** The API key or portal token that asked. */
    askedBy: z.string(),
  }),
  key: (data) => data.endpointId,
  examples: [
    {
      endpointId: 'end_019ab0c5d3f07a6e8d5b2f1c4e7a9b40',
      askedBy: 'ptk_019ab0c5d3f07a6e8d5b2f1c4e7a9b43',
    },
  ],
  since: '0.1.0',
  producer: 'deliveries',
}) {}
