import { z } from 'zod';
import { endpointFlowPatchSchema, endpointFlowSchema } from './endpoint-flow.js';
import { optionsInput, optionsPatch } from './endpoint-options.js';
import { endpointTimeoutSchema, payloadFormats } from './endpoint.js';
import { retryPolicyPatchSchema, retryPolicySchema } from './retry-policy.js';
import { secretKinds } from './signing-key.js';

const payloadFormat = z.enum(payloadFormats).meta({
  description:
    '`cloudevents`: one JSON document of CloudEvents 1.0. `cloudevents-binary`: the bytes that ' +
    'came, with the attributes as `ce-` headers. `plain`: the data alone, always as JSON. ' +
    '`raw`: the bytes that came.',
});
const timeoutMs = endpointTimeoutSchema.optional().meta({
  description: 'Time for one whole try, in milliseconds; DELIVERY_TIMEOUT_MS when absent.',
});

/** A signing secret that a caller brings. */
export const secretInput = z
  .string()
  .max(200)
  .optional()
  .meta({
    description:
      '`whsec_` and base64 of 24 to 64 bytes, or `whsk_` and base64 of an Ed25519 seed with or ' +
      'without its public key. Made when absent; what receivers need of it is in the answer.',
  });

/** Which kind of secret is made when the caller brings none. */
export const secretKindInput = z.enum(secretKinds).meta({
  description: '`v1`: HMAC with a shared secret. `v1a`: Ed25519, receivers get the public key.',
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
  secretKind: secretKindInput.default('v1'),
  payloadFormat: payloadFormat.default('cloudevents'),
  retryPolicy: retryPolicySchema.prefault({}),
  ...endpointFlowSchema.shape,
  timeoutMs,
  ...optionsInput,
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
  ...endpointFlowPatchSchema.shape,
  timeoutMs,
  ...optionsPatch,
});

export type EndpointInput = z.output<typeof endpointInput>;
export type EndpointPatch = z.output<typeof endpointPatch>;
