import { z } from 'zod';
import { authStateOf } from './endpoint-auth.js';
import { endpointFlowSchema } from './endpoint-flow.js';
import { headersStateOf } from './endpoint-headers.js';
import { optionsState } from './endpoint-options.js';
import { tlsStateOf } from './endpoint-tls.js';
import { validationState, validationStateOf } from './endpoint-validation.js';
import {
  type Endpoint,
  type EndpointSecret,
  endpointTimeoutSchema,
  payloadFormats,
} from './endpoint.js';
import { retryPolicySchema } from './retry-policy.js';
import { publicKeyTextOf, secretKinds, signingKeyOf } from './signing-key.js';

/** A secret as others may see it: for a pair of keys the public one, never a private value. */
export const secretStateSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(secretKinds),
  createdAtMs: z.int(),
  expiresAtMs: z.int().nullable(),
  publicKey: z.string().nullable(),
});

/** An endpoint as others may see it: everything but the values of its secrets. */
export const endpointStateSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  url: z.string(),
  state: z.enum(['enabled', 'disabled']),
  disabledReason: z.string().nullable(),
  payloadFormat: z.enum(payloadFormats),
  retryPolicy: retryPolicySchema,
  ...endpointFlowSchema.shape,
  timeoutMs: endpointTimeoutSchema,
  ...optionsState,
  validationState: validationState.nullable(),
  secrets: z.array(secretStateSchema),
  createdAtMs: z.int(),
  revision: z.int(),
});

export type EndpointState = z.infer<typeof endpointStateSchema>;

export function endpointStateOf(endpoint: Endpoint): EndpointState {
  const { tenant: _tenant, secrets, options, validation: _validation, ...facts } = endpoint;
  const { eventTypes, headers, tls, auth, validationMode, ...shown } = options;
  return {
    ...facts,
    ...shown,
    eventTypes: eventTypes === null ? null : [...eventTypes],
    headers: headersStateOf(headers),
    tls: tls === null ? null : tlsStateOf(tls),
    auth: auth === null ? null : authStateOf(auth),
    validation: validationMode,
    validationState: validationStateOf(endpoint),
    secrets: secrets.map(secretStateOf),
  };
}

export function secretStateOf({ id, value, createdAtMs, expiresAtMs }: EndpointSecret) {
  const { kind } = signingKeyOf(value);
  return { id, kind, createdAtMs, expiresAtMs, publicKey: publicKeyTextOf(value) };
}
