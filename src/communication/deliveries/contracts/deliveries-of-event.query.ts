import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/** Asks which deliveries of an event there are, with the attempts of each, oldest first. */
export class DeliveriesOfEvent extends defineQuery({
  name: 'deliveries.deliveries-of-event',
  version: 1,
  summary: 'Which deliveries of an event there are, with the attempts of each, oldest first.',
  since: '0.1.0',
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
  examples: [
    {
      input: { tenant: 'default', eventId: 'evt_019ab0c5d3f07a6e8d5b2f1c4e7a9b3e' },
      result: [
        {
          id: 'dlv_019ab0c5d3f07a6e8d5b2f1c4e7a9b41',
          endpointId: 'end_019ab0c5d3f07a6e8d5b2f1c4e7a9b40',
          ruleId: 'rul_019ab0c5d3f07a6e8d5b2f1c4e7a9b3f',
          state: 'due',
          createdAtMs: 1_763_800_000_000,
          dueAtMs: 1_763_800_005_000,
          attempts: [
            { startedAtMs: 1_763_800_000_100, durationMs: 42, status: 503, failure: null },
          ],
        },
      ],
    },
    { input: { tenant: 'default', eventId: 'evt_019ab0c5d3f07a6e8d5b2f1c4e7a9b3e' }, result: [] },
  ],
}) {}
