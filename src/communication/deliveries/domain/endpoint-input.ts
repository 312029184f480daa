import { z } from 'zod';
import { endpointTimeoutSchema, payloadFormats } from './endpoint.js';
import { retryPolicyPatchSchema, retryPolicySchema } from './retry-policy.js';

const payloadFormat = z.enum(payloadFormats).meta({
  description: '`cloudevents`: one JSON document of CloudEvents 1.0. `raw`: the bytes that came.',
});
const timeoutMs = endpointTimeoutSchema.optional().meta({
  description: 'Time for one whole try, in milliseconds; DELIVERY_TIMEOUT_MS when absent.',
});

/** A signing secret that a caller brings. */
export const secretInput = z.string().max(200).optional().meta({
  description: '`whsec_` and base64 of 24 to 64 bytes. Made, and shown once, when absent.',
});

/** What a caller says of a new endpoint. */
export const endpointInput = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .meta({ examples: ['Order service'] }),
  description: z.string().max(1_000).optional(),
  url: z
    .string()
    .min(1)
    .max(2_048)
    .meta({
      examples: ['https://orders.example.com/webhooks'],
    }),
  secret: secretInput,
  payloadFormat: payloadFormat.default('cloudevents'),
  retryPolicy: retryPolicySchema.prefault({}),
  timeoutMs,
});

/** A merge patch (RFC 7396) of what may change; null removes the description. */
export const endpointPatch = z.strictObject({
  name: endpointInput.shape.name.optional(),
  description: endpointInput.shape.description.nullable(),
  url: endpointInput.shape.url.optional(),
  state: z.enum(['enabled', 'disabled']).optional().meta({
    description: 'A disabled endpoint gets nothing; deliveries that are due are discarded.',
  }),
  payloadFormat: payloadFormat.optional(),
  retryPolicy: retryPolicyPatchSchema.optional(),
  timeoutMs,
});

export type EndpointInput = z.output<typeof endpointInput>;
export type EndpointPatch = z.output<typeof endpointPatch>;
