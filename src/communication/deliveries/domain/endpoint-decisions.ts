import { deliveryErrors } from '../errors.js';
import { checkEndpointUrl } from './address-guard.js';
import type { DeliverySettings } from './delivery-settings.js';
import type { EndpointInput, EndpointPatch } from './endpoint-input.js';
import { flowOf, patchFlow } from './endpoint-flow.js';
import { defaultOptions } from './endpoint-options.js';
import { type Endpoint, type EndpointSecret, liveSecrets } from './endpoint.js';
import { patchOptions } from './patch-options.js';
import { patchRetryPolicy } from './retry-policy.js';
import { secretKindOf } from './signing-key.js';

/** Enough for rotations that overlap; every secret costs a signature on each message. */
const secretsMax = 5;

/** What a new endpoint is beside what its caller says. */
export type EndpointIdentity = Pick<Endpoint, 'id' | 'tenant' | 'createdAtMs'>;

/**
 * A new endpoint with its first secret.
 *
 * @throws deliveries.endpoint-url-refused, deliveries.secret-invalid, deliveries.option-refused
 */
export function newEndpoint(
  identity: EndpointIdentity,
  input: Omit<EndpointInput, 'secret' | 'secretKind'>,
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
    ...flowOf(input),
    timeoutMs: input.timeoutMs ?? settings.timeoutDefaultMs,
    options: patchOptions(defaultOptions, input, settings, identity.createdAtMs),
    validation: null,
    revision: 1,
    state: 'enabled',
    disabledReason: null,
  };
}

/**
 * The endpoint with a merge patch laid over it.
 *
 * @throws deliveries.endpoint-url-refused, deliveries.retry-policy-invalid
 * @throws deliveries.option-refused
 */
export function patchEndpoint(
  endpoint: Endpoint,
  patch: EndpointPatch,
  settings: DeliverySettings,
  nowMs: number,
): Endpoint {
  const { url, description } = patch;
  const options = patchOptions(endpoint.options, patch, settings, nowMs);
  const changed: Endpoint = {
    ...endpoint,
    name: patch.name ?? endpoint.name,
    description: description === undefined ? endpoint.description : description,
    url: url === undefined ? endpoint.url : checkEndpointUrl(url, settings.allowedRanges),
    payloadFormat: patch.payloadFormat ?? endpoint.payloadFormat,
    retryPolicy: patchRetryPolicy(endpoint.retryPolicy, patch.retryPolicy ?? {}),
    ...patchFlow(endpoint, patch),
    timeoutMs: patch.timeoutMs ?? endpoint.timeoutMs,
    options,
    // Who turns the question off and on again wants it to be asked again.
    validation: options.validationMode === 'none' ? null : endpoint.validation,
    revision: endpoint.revision + 1,
  };
  // Why an endpoint was disabled first says more than that somebody did it again.
  if (patch.state === undefined || patch.state === endpoint.state) return changed;
  return patch.state === 'enabled'
    ? { ...changed, state: 'enabled', disabledReason: null }
    : { ...changed, state: 'disabled', disabledReason: 'disabled by hand' };
}

/**
 * Adds a signing secret: from now on messages carry its signature too. Secrets that have ended
 * leave with it.
 *
 * @throws deliveries.secret-invalid, deliveries.too-many-secrets
 */
export function addSecret(endpoint: Endpoint, secret: EndpointSecret): Endpoint {
  assertSecret(secret);
  const live = liveSecrets(endpoint.secrets, secret.createdAtMs);
  if (live.length >= secretsMax) {
    throw deliveryErrors.tooManySecrets(`endpoint ${endpoint.id} already has ${secretsMax}`);
  }
  return { ...endpoint, secrets: [...live, secret], revision: endpoint.revision + 1 };
}

/**
 * Adds a signing secret and lets all others end after the overlap; those that end sooner keep their
 * time. Until then messages carry signatures of both.
 *
 * @throws deliveries.secret-invalid, deliveries.too-many-secrets
 */
export function rotateSecret(
  endpoint: Endpoint,
  secret: EndpointSecret,
  overlapMs: number,
): Endpoint {
  const endMs = secret.createdAtMs + overlapMs;
  const ending = endpoint.secrets.map((old) => ({
    ...old,
    expiresAtMs: Math.min(old.expiresAtMs ?? endMs, endMs),
  }));
  return addSecret({ ...endpoint, secrets: ending }, secret);
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
  // One that ends does not count: after its end nothing would sign.
  if (secrets.every(({ expiresAtMs }) => expiresAtMs !== null)) {
    throw deliveryErrors.lastSecret(`endpoint ${endpoint.id} would be left without a secret`);
  }
  return { ...endpoint, secrets, revision: endpoint.revision + 1 };
}

function assertSecret({ value }: EndpointSecret): void {
  if (secretKindOf(value) !== null) return;
  throw deliveryErrors.secretInvalid(
    'a secret is whsec_ and base64 of 24 to 64 bytes, or whsk_ and base64 of an Ed25519 key',
  );
}
