import { deliveryErrors } from '../errors.js';
import { checkEndpointUrl } from './address-guard.js';
import type { DeliverySettings } from './delivery-settings.js';
import type { EndpointInput, EndpointPatch } from './endpoint-input.js';
import type { Endpoint, EndpointSecret } from './endpoint.js';
import { patchRetryPolicy } from './retry-policy.js';
import { isEndpointSecret } from './sign-message.js';

/** Enough for rotations that overlap; every secret costs a signature on each message. */
const secretsMax = 5;

/** What a new endpoint is beside what its caller says. */
export type EndpointIdentity = Pick<Endpoint, 'id' | 'tenant' | 'createdAtMs'>;

/**
 * A new endpoint with its first secret.
 *
 * @throws deliveries.endpoint-url-refused, deliveries.secret-invalid
 */
export function newEndpoint(
  identity: EndpointIdentity,
  input: Omit<EndpointInput, 'secret'>,
  secret: EndpointSecret,
  settings: DeliverySettings,
): Endpoint {
  const { name, payloadFormat, retryPolicy } = input;
  assertSecret(secret);
  return {
    ...identity,
    name,
    description: input.description ?? null,
    url: checkEndpointUrl(input.url, settings.allowedRanges),
    secrets: [secret],
    payloadFormat,
    retryPolicy,
    timeoutMs: input.timeoutMs ?? settings.timeoutDefaultMs,
    revision: 1,
    state: 'enabled',
    disabledReason: null,
  };
}

/**
 * The endpoint with a merge patch laid over it.
 *
 * @throws deliveries.endpoint-url-refused, deliveries.retry-policy-invalid
 */
export function patchEndpoint(
  endpoint: Endpoint,
  patch: EndpointPatch,
  { allowedRanges }: DeliverySettings,
): Endpoint {
  const { url, description } = patch;
  const changed: Endpoint = {
    ...endpoint,
    name: patch.name ?? endpoint.name,
    description: description === undefined ? endpoint.description : description,
    url: url === undefined ? endpoint.url : checkEndpointUrl(url, allowedRanges),
    payloadFormat: patch.payloadFormat ?? endpoint.payloadFormat,
    retryPolicy: patchRetryPolicy(endpoint.retryPolicy, patch.retryPolicy ?? {}),
    timeoutMs: patch.timeoutMs ?? endpoint.timeoutMs,
    revision: endpoint.revision + 1,
  };
  // Why an endpoint was disabled first says more than that somebody did it again.
  if (patch.state === undefined || patch.state === endpoint.state) return changed;
  return patch.state === 'enabled'
    ? { ...changed, state: 'enabled', disabledReason: null }
    : { ...changed, state: 'disabled', disabledReason: 'disabled by hand' };
}

/**
 * Adds a signing secret: from now on messages carry its signature too.
 *
 * @throws deliveries.secret-invalid, deliveries.too-many-secrets
 */
export function addSecret(endpoint: Endpoint, secret: EndpointSecret): Endpoint {
  assertSecret(secret);
  if (endpoint.secrets.length >= secretsMax) {
    throw deliveryErrors.tooManySecrets(`endpoint ${endpoint.id} already has ${secretsMax}`);
  }
  return {
    ...endpoint,
    secrets: [...endpoint.secrets, secret],
    revision: endpoint.revision + 1,
  };
}

/**
 * Removes a signing secret, the end of a rotation.
 *
 * @throws deliveries.secret-not-found, deliveries.last-secret
 */
export function removeSecret(endpoint: Endpoint, secretId: string): Endpoint {
  const secrets = endpoint.secrets.filter(({ id }) => id !== secretId);
  if (secrets.length === endpoint.secrets.length) {
    throw deliveryErrors.secretNotFound(`endpoint ${endpoint.id} has no secret ${secretId}`);
  }
  if (secrets.length === 0) {
    throw deliveryErrors.lastSecret(`endpoint ${endpoint.id} would be left without a secret`);
  }
  return { ...endpoint, secrets, revision: endpoint.revision + 1 };
}

function assertSecret({ value }: EndpointSecret): void {
  if (isEndpointSecret(value)) return;
  throw deliveryErrors.secretInvalid('a secret is whsec_ and base64 of 24 to 64 bytes');
}
