import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';

const placeFacts = z.strictObject({
  share: z
    .number()
    .min(0)
    .max(1)
    .meta({ description: 'Share of the payloads that have it, of those that could.' }),
  types: z
    .array(z.enum(['null', 'boolean', 'number', 'string', 'object', 'array']))
    .meta({ description: 'JSON types that are common there.' }),
  samples: z.int().meta({ description: 'Payloads that were counted for it.' }),
});

/** The payloads of one event type at one source are no longer as they were. */
export class PayloadDrifted extends defineEvent({
  name: 'communication.payload-drifted',
  version: 1,
  summary: 'Payloads of a source changed: a field is gone, has another type, or became common.',
  schema: z.strictObject({
    sourceId: z.string(),
    provider: z.string(),
    eventType: z.string(),
    changes: z
      .array(
        z.strictObject({
          kind: z.enum(['field-disappeared', 'field-appeared', 'type-changed']),
          path: z.string().meta({
            description: '`[]` is every element of a list, `{}` every value of a map.',
          }),
          before: placeFacts,
          after: placeFacts,
        }),
      )
      .meta({ description: 'The first 20 of them.' }),
    changesTotal: z.int(),
    firstWebhookId: z.string().meta({ description: 'The first of the samples that show it.' }),
    lastWebhookId: z.string().meta({ description: 'The last of the samples that show it.' }),
  }),
  key: (data) => data.sourceId,
  examples: [
    {
      sourceId: 'src_019ab0c5d3f07a6e8d5b2f1c4e7a9b3c',
      provider: 'github',
      eventType: 'github.push',
      changes: [
        {
          kind: 'field-disappeared',
          path: 'head_commit.author.email',
          before: { share: 1, types: ['string'], samples: 400 },
          after: { share: 0, types: [], samples: 40 },
        },
      ],
      changesTotal: 1,
      firstWebhookId: 'whk_019ab0c5d3f07a6e8d5b2f1c4e7a9b3d',
      lastWebhookId: 'whk_019ab0c5d3f07a6e8d5b2f1c4e7a9b3e',
    },
  ],
  since: '0.1.0',
  producer: 'webhooks',
}) {}
