import { z } from 'zod';
import { addressRangeSchema } from './address-range.js';
import { sourceAnswerSchema } from './source-answer.js';

const mebibyte = 1024 * 1024;
const rangesMax = 100;

const rateLimitSchema = z.strictObject({
  perSecond: z.number().min(0.01).max(100_000).meta({ description: 'Requests in the long run.' }),
  burst: z.int().min(1).max(100_000).default(1).meta({ description: 'Requests at once.' }),
});

/** What a source lets in and how it answers, beside who may sign. */
export const sourceOptionsSchema = z.strictObject({
  state: z.enum(['active', 'paused']).default('active').meta({
    description:
      'A paused source answers 503 with Retry-After and stores nothing: senders try again.',
  }),
  bodyBytesMax: z
    .int()
    .min(1)
    .max(100 * mebibyte)
    .nullable()
    .default(null)
    .meta({ description: 'Largest body; null, and all above it, is WEBHOOK_BODY_BYTES_MAX.' }),
  rateLimit: rateLimitSchema.nullable().default(null).meta({
    description:
      'Requests above it get 429 with Retry-After. Each instance counts its own; null is no limit.',
  }),
  allowedRanges: z.array(addressRangeSchema).max(rangesMax).default([]).meta({
    description: 'Addresses that may send, in CIDR notation; an empty list lets all of them.',
  }),
  answer: sourceAnswerSchema.nullable().default(null).meta({
    description: 'What a webhook that was taken, or taken before, is answered; null shows its ids.',
  }),
});

export type SourceOptions = z.infer<typeof sourceOptionsSchema>;

/** Of a source that says nothing of them. */
export const defaultSourceOptions: SourceOptions = sourceOptionsSchema.parse({});

const nullable = <Schema extends z.ZodType>(schema: Schema) => schema.nullable().optional();
const part = z.record(z.string(), z.unknown()).nullable().optional();

/** A merge patch of the options: what is absent stays, and null brings the default back. */
export const sourceOptionsPatch = z.strictObject({
  state: nullable(z.enum(['active', 'paused'])),
  bodyBytesMax: nullable(sourceOptionsSchema.shape.bodyBytesMax.unwrap().unwrap()),
  rateLimit: part.meta({ description: '`perSecond` and `burst`.' }),
  allowedRanges: nullable(z.array(addressRangeSchema).max(rangesMax)),
  answer: part.meta({ description: '`status`, `contentType`, `headers` and `body`.' }),
});
export type SourceOptionsPatch = z.infer<typeof sourceOptionsPatch>;
