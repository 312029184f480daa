import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/** Asks which types of events a tenant has seen lately, or sends to endpoints by its rules. */
export class KnownEventTypes extends defineQuery({
  name: 'event-processing.known-event-types',
  version: 1,
  summary: 'Which types of events a tenant has seen lately, or sends to endpoints by its rules.',
  since: '0.1.0',
  input: z.strictObject({ tenant: z.string() }),
  /** By name. */
  result: z.array(z.string()),
  examples: [{ input: { tenant: 'default' }, result: ['order.created', 'order.paid'] }],
}) {}
