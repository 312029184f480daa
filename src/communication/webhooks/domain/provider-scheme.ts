import { z } from 'zod';
import { handshakeSchema } from './handshake-scheme.js';
import { jsonPathSchema } from './json-path.js';
import { fieldNameSchema, placeSchema } from './place.js';
import { remoteKeysSchema } from './remote-key.js';
import { requestConditionSchema } from './request-condition.js';
import { hashFormSchema, signatureAlgorithmSchema } from './signature-algorithm.js';
import { signaturePlaceSchema } from './signature-place.js';
import { signedTemplateSchema } from './signed-string.js';

const timeUnitSchema = z.enum([
  'seconds',
  'milliseconds',
  'seconds-or-milliseconds',
  'iso',
  'iso-utc',
  'http-date',
]);
export type TimeUnit = z.infer<typeof timeUnitSchema>;

const windowSeconds = z
  .int()
  .min(1)
  .max(7 * 86_400);

const signedTimestampSchema = z.strictObject({
  place: placeSchema,
  unit: timeUnitSchema,
  pastSeconds: windowSeconds.meta({ description: 'How old a webhook may be.' }),
  futureSeconds: windowSeconds.meta({ description: "How far ahead the sender's clock may run." }),
});

/** A text that may be signed; with `bodyHash`, only where that place holds the body's hash. */
const alternativeSchema = z.strictObject({
  template: signedTemplateSchema,
  bodyHash: z.strictObject({ place: placeSchema, form: hashFormSchema }),
});

const signatureSchema = z.strictObject({
  algorithm: signatureAlgorithmSchema,
  encoding: z
    .enum(['hex', 'base64', 'base64url'])
    .optional()
    .meta({ description: 'How the signature is written; none for tokens, JWT and Basic.' }),
  place: signaturePlaceSchema,
  signed: z
    .union([
      signedTemplateSchema,
      z
        .array(z.union([signedTemplateSchema, alternativeSchema]))
        .min(1)
        .max(6),
    ])
    .optional()
    .meta({ description: 'What is signed; of several forms any may match.' }),
  timestamp: signedTimestampSchema.optional().meta({
    description: 'The time that is signed, so that a replay can be told from a delivery.',
  }),
  remoteKeys: remoteKeysSchema.optional(),
  binding: placeSchema.optional().meta({
    description:
      'With keys that everybody shares: where the secret of the source must stand in clear, ' +
      'such as the topic of a subscription.',
  }),
  requires: z
    .array(requestConditionSchema)
    .max(5)
    .optional()
    .meta({
      description:
        'What must stand in the request besides, such as the version of the signature. It is not ' +
        'signed: it tells forms apart and proves nothing.',
    }),
  bodyUnsigned: z
    .literal(true)
    .optional()
    .meta({
      description:
        'Said when the signature does not cover the body: who reads one request can then send ' +
        'another body with its signature.',
    }),
});

const documentSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('form-field'), field: fieldNameSchema }).meta({
    description: 'Forms hold the JSON in this field; form bodies are then expected.',
  }),
  z.strictObject({ kind: z.literal('form') }).meta({
    description: 'Form bodies are expected, and hold no JSON.',
  }),
  z
    .strictObject({ kind: z.literal('jwt'), path: jsonPathSchema.optional() })
    .meta({ description: 'The body is a JWT; the JSON is its claims, or the text in one.' }),
]);

/** What a scheme is made of; `ProviderScheme` says it in one type. */
export const schemeShape = {
  signature: signatureSchema,
  deliveryId: placeSchema.optional().meta({
    description: 'The id that stays the same when the provider sends a delivery again.',
  }),
  eventType: z.array(placeSchema).max(5).optional().meta({
    description: 'The first place that holds a usable name wins.',
  }),
  eventTime: z
    .strictObject({ place: placeSchema, unit: timeUnitSchema })
    .optional()
    .meta({ description: 'When it happened by the provider’s account; no window is applied.' }),
  document: documentSchema.optional().meta({
    description: 'Where the JSON stands when it is not the body itself.',
  }),
  handshakes: z.array(handshakeSchema).max(6).optional(),
};

/**
 * How one provider signs and describes its webhooks, as data that can be written as JSON: the
 * verifier reads it and knows no provider by name.
 */
export type ProviderScheme = z.infer<z.ZodObject<typeof schemeShape>>;
export type SignatureScheme = z.infer<typeof signatureSchema>;
export type SignedTimestamp = z.infer<typeof signedTimestampSchema>;
export type DocumentScheme = z.infer<typeof documentSchema>;
