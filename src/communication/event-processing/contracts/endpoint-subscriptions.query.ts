import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/** Asks which types of events endpoints have by a rule of their own. */
export class EndpointSubscriptions extends defineQuery({
  name: 'event-processing.endpoint-subscriptions',
  version: 1,
  summary: 'Which types of events endpoints have by a rule of their own.',
  since: '0.1.0',
  input: z.strictObject({ tenant: z.string(), endpointIds: z.array(z.string()).max(1_000) }),
  /** Endpoints without such a rule are left out. */
  result: z.array(z.strictObject({ endpointId: z.string(), types: z.array(z.string()) })),
  examples: [
    {
      input: { tenant: 'default', endpointIds: ['end_019ab0c5d3f07a6e8d5b2f1c4e7a9b40'] },
      result: [{ endpointId: 'end_019ab0c5d3f07a6e8d5b2f1c4e7a9b40', types: ['order.*'] }],
    },
  ],
}) {}
