import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/** Asks which of these events an enabled rule, as the rules are now, sends to an endpoint. */
export class MatchEndpointEvents extends defineQuery({
  name: 'event-processing.match-endpoint-events',
  version: 1,
  summary: 'Which of these events an enabled rule, as the rules are now, sends to an endpoint.',
  since: '0.1.0',
  input: z.strictObject({
    tenant: z.string(),
    endpointId: z.string(),
    eventIds: z.array(z.string()).max(1_000),
  }),
  /** The first rule of each event; events that no rule sends there are left out. */
  result: z.array(z.strictObject({ eventId: z.string(), ruleId: z.string() })),
  examples: [
    {
      input: {
        tenant: 'default',
        endpointId: 'end_019ab0c5d3f07a6e8d5b2f1c4e7a9b40',
        eventIds: ['evt_019ab0c5d3f07a6e8d5b2f1c4e7a9b3e'],
      },
      result: [
        {
          eventId: 'evt_019ab0c5d3f07a6e8d5b2f1c4e7a9b3e',
          ruleId: 'rul_019ab0c5d3f07a6e8d5b2f1c4e7a9b3f',
        },
      ],
    },
  ],
}) {}
