import { z } from 'zod';
import { rejectionReasons } from '../domain/verify-webhook.js';

/** What became of a request at a source. A rejected one is answered, counted, and not stored. */
export const receiptSchema = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.enum(['accepted', 'duplicate']),
    provider: z.string(),
    webhookId: z.string(),
    eventId: z.string(),
  }),
  z.strictObject({
    outcome: z.literal('handshake'),
    provider: z.string(),
    answer: z.strictObject({ status: z.int(), contentType: z.string(), body: z.string() }),
  }),
  z.strictObject({
    outcome: z.literal('rejected'),
    provider: z.string(),
    reason: z.enum([...rejectionReasons, 'unknown-source']),
  }),
]);

export type Receipt = z.infer<typeof receiptSchema>;
