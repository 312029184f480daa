import { z } from 'zod';
import { type Endpoint, endpointTimeoutSchema, payloadFormats } from './endpoint.js';
import { retryPolicySchema } from './retry-policy.js';

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
  timeoutMs: endpointTimeoutSchema,
  secrets: z.array(z.strictObject({ id: z.string(), createdAtMs: z.int() })),
  createdAtMs: z.int(),
  revision: z.int(),
});

export type EndpointState = z.infer<typeof endpointStateSchema>;

export function endpointStateOf(endpoint: Endpoint): EndpointState {
  const { tenant: _tenant, secrets, ...facts } = endpoint;
  return { ...facts, secrets: secrets.map(({ id, createdAtMs }) => ({ id, createdAtMs })) };
}
