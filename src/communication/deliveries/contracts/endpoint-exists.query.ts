import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/** Asks whether a tenant has this endpoint, so that a rule never names one that is not there. */
export class EndpointExists extends defineQuery({
  name: 'deliveries.endpoint-exists',
  version: 1,
  summary: 'Whether a tenant has this endpoint.',
  since: '0.1.0',
  input: z.strictObject({ tenant: z.string(), endpointId: z.string() }),
  result: z.boolean(),
  examples: [
    {
      input: { tenant: 'default', endpointId: 'end_019ab0c5d3f07a6e8d5b2f1c4e7a9b40' },
      result: true,
    },
  ],
}) {}
