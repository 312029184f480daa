import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/** Asks which webhook became this event; null when the event did not come in as one. */
export class WebhookOfEvent extends defineQuery({
  name: 'webhooks.webhook-of-event',
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
}) {}
