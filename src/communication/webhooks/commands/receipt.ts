import { z } from 'zod';
import type { HandshakeReply } from '../domain/source-scheme.js';
import { rejectionReasons } from '../domain/rejection-reason.js';
import type { Source } from '../domain/source.js';

/** What is to be done before a handshake is answered. */
export const handshakeActionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('confirm'), url: z.string() }),
  z.strictObject({ kind: z.literal('keep'), value: z.string() }),
]);

/** What became of a request at a source. A rejected one is kept in quarantine only. */
export const receiptSchema = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.enum(['accepted', 'duplicate']),
    provider: z.string(),
    webhookId: z.string(),
    eventId: z.string(),
    /** What the source wants to be answered; null shows the ids. */
    answer: z
      .strictObject({
        status: z.int(),
        contentType: z.string(),
        headers: z.record(z.string(), z.string()),
        body: z.string(),
      })
      .nullable(),
  }),
  z.strictObject({
    outcome: z.literal('handshake'),
    provider: z.string(),
    tenant: z.string(),
    sourceId: z.string(),
    action: handshakeActionSchema.nullable(),
    answer: z.strictObject({
      status: z.int(),
      headers: z.record(z.string(), z.string()),
      body: z.string(),
    }),
  }),
  z.strictObject({
    outcome: z.literal('rejected'),
    provider: z.string(),
    reason: z.enum([...rejectionReasons, 'unknown-source', 'method-not-allowed']),
    /** The methods that the address takes, when the reason is its method. */
    allowed: z.array(z.string()).optional(),
    /** Where it is kept; absent when it is not. */
    quarantineId: z.string().optional(),
  }),
]);

export type Receipt = z.infer<typeof receiptSchema>;

/** What the source wants to be answered, null when that is the ids. */
export type ReceiptAnswer = Extract<Receipt, { outcome: 'accepted' | 'duplicate' }>['answer'];

/** The receipt of a handshake at a source. */
export function handshakeReceipt({ id, tenant, provider }: Source, reply: HandshakeReply): Receipt {
  const { answer, action } = reply;
  const { status, headers, body } = answer;
  return {
    outcome: 'handshake',
    provider,
    tenant,
    sourceId: id,
    action,
    answer: { status, headers: { ...headers }, body },
  };
}
