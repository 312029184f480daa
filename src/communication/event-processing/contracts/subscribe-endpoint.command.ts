import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';

/** Lets an endpoint have these types of events: one rule of its own, made, changed or removed. */
export class SubscribeEndpoint extends defineCommand({
  name: 'event-processing.subscribe-endpoint',
  version: 1,
  summary: 'Lets an endpoint have these types of events, by one rule of its own.',
  since: '0.1.0',
  input: z.strictObject({
    tenant: z.string(),
    endpointId: z.string(),
    /** Of the rule. */
    name: z.string(),
    /** Types, or beginnings of types followed by `*`; none ends the subscription. */
    types: z.array(z.string()),
  }),
  /** What it has from now on. */
  result: z.array(z.string()),
  examples: [
    {
      input: {
        tenant: 'default',
        endpointId: 'end_019ab0c5d3f07a6e8d5b2f1c4e7a9b40',
        name: 'Portal: Order service',
        types: ['order.*'],
      },
      result: ['order.*'],
    },
  ],
}) {}
