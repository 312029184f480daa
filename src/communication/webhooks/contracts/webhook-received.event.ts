import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';

/** What a webhook says of itself; its raw body is the event's payload. */
const webhookReceivedData = z.strictObject({
  webhookId: z.string(),
  sourceId: z.string(),
  provider: z.string(),
  deliveryId: z.string().nullable(),
  contentType: z.string().nullable(),
  bodyBytes: z.int().min(0),
  flags: z.array(z.enum(['empty-body', 'malformed-json', 'unexpected-content-type'])),
});

/** A verified webhook was stored. Its CloudEvents type is `<provider>.<provider's own name>`. */
export class WebhookReceived extends defineEvent({
  name: 'communication.webhook-received',
  version: 1,
  summary: 'A verified webhook was stored; its raw body is the payload of the event.',
  schema: webhookReceivedData,
  // Providers promise no order, so no webhook waits for another.
  key: (data) => data.webhookId,
  examples: [
    {
      webhookId: 'whk_019ab0c5d3f07a6e8d5b2f1c4e7a9b3d',
      sourceId: 'src_019ab0c5d3f07a6e8d5b2f1c4e7a9b3c',
      provider: 'github',
      deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      contentType: 'application/json',
      bodyBytes: 7_413,
      flags: [],
    },
  ],
  since: '0.1.0',
  producer: 'webhooks',
}) {}
