import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/** Asks which deliveries of an event there are, with the attempts of each, oldest first. */
export class DeliveriesOfEvent extends defineQuery({
  name: 'deliveries.deliveries-of-event',
  input: z.strictObject({ tenant: z.string(), eventId: z.string() }),
  result: z.array(
    z.strictObject({
      id: z.string(),
      endpointId: z.string(),
      ruleId: z.string(),
      state: z.enum(['due', 'delivered', 'exhausted', 'discarded']),
      createdAtMs: z.int(),
      dueAtMs: z.int().nullable(),
      attempts: z.array(
        z.strictObject({
          startedAtMs: z.int(),
          durationMs: z.int(),
          /** HTTP status of the answer; null when there was none. */
          status: z.int().nullable(),
          /** Why there was no answer; null when there was one. */
          failure: z.string().nullable(),
        }),
      ),
    }),
  ),
}) {}
