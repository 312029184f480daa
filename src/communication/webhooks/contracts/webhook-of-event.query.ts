import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/** Asks which webhook became this event; null when the event did not come in as one. */
export class WebhookOfEvent extends defineQuery({
  name: 'webhooks.webhook-of-event',
  version: 1,
  summary: 'Which webhook became this event; null when the event did not come in as one.',
  since: '0.1.0',
  input: z.strictObject({ tenant: z.string(), eventId: z.string() }),
  result: z
    .strictObject({
      id: z.string(),
      sourceId: z.string(),
      provider: z.string(),
      deliveryId: z.string().nullable(),
      flags: z.array(z.string()),
      bodyBytes: z.int(),
      receivedAtMs: z.int(),
    })
    .nullable(),
  examples: [
    {
      input: { tenant: 'default', eventId: 'evt_019ab0c5d3f07a6e8d5b2f1c4e7a9b3e' },
      result: {
        id: 'whk_019ab0c5d3f07a6e8d5b2f1c4e7a9b3d',
        sourceId: 'src_019ab0c5d3f07a6e8d5b2f1c4e7a9b3c',
        provider: 'github',
        deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
        flags: [],
        bodyBytes: 7_413,
        receivedAtMs: 1_763_800_000_000,
      },
    },
    { input: { tenant: 'default', eventId: 'evt_019ab0c5d3f07a6e8d5b2f1c4e7a9b3e' }, result: null },
  ],
}) {}
