import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';

/** What a matched rule asks for, as the rule stood when it matched. */
const matchedAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('deliver'), endpointId: z.string() }),
  z.strictObject({
    kind: z.literal('email'),
    to: z.array(z.string()),
    subject: z.string(),
    text: z.string(),
    html: z.string().optional(),
  }),
]);

/** A rule matched an event; the modules that own the actions take it from here. */
export class RuleMatched extends defineEvent({
  name: 'communication.rule-matched',
  version: 1,
  summary: 'A rule matched an event and asks for its actions.',
  schema: z.strictObject({
    /** The event that matched; its payload is what the actions work with. */
    eventId: z.string(),
    eventType: z.string(),
    ruleId: z.string(),
    ruleName: z.string(),
    actions: z.array(matchedAction).min(1),
  }),
  key: (data) => data.eventId,
  examples: [
    {
      eventId: 'evt_019ab0c5d3f07a6e8d5b2f1c4e7a9b3e',
      eventType: 'github.push',
      ruleId: 'rul_019ab0c5d3f07a6e8d5b2f1c4e7a9b3f',
      ruleName: 'pushes to main',
      actions: [{ kind: 'deliver', endpointId: 'end_019ab0c5d3f07a6e8d5b2f1c4e7a9b40' }],
    },
  ],
  since: '0.1.0',
  producer: 'event-processing',
}) {}
