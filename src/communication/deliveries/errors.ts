import { defineErrors } from '#shared-kernel/domain/domain-error.js';

/** Everything that clients of endpoints and deliveries can do wrong. */
export const deliveryErrors = defineErrors('deliveries', {
  endpointNotFound: {
    status: 404,
    title: 'There is no such endpoint',
    remedy: 'Take the id from the list of endpoints; an endpoint belongs to one tenant.',
  },
  deliveryNotFound: {
    status: 404,
    title: 'There is no such delivery',
    remedy: 'Take the id from the list of deliveries.',
  },
  endpointUrlRefused: {
    status: 400,
    title: 'The URL of an endpoint is refused',
    remedy:
      'Use an http or https URL on a public address, without credentials and fragment. ' +
      'The operator can allow further address ranges in the settings.',
  },
  retryPolicyInvalid: {
    status: 400,
    title: 'The retry policy contradicts itself',
    remedy: 'Let the longest delay be at least as long as the first one.',
  },
  optionRefused: {
    status: 400,
    title: 'An option of the endpoint is refused',
    remedy: 'Correct the field that the fault names; the operator allows proxies in the settings.',
  },
  secretNotFound: {
    status: 404,
    title: 'The endpoint has no such secret',
    remedy: 'Take the id of the secret from the endpoint.',
  },
  secretInvalid: {
    status: 400,
    title: 'The value is not a signing secret',
    remedy:
      'Send `whsec_` and the base64 form of 24 to 64 random bytes, or `whsk_` and that of an ' +
      'Ed25519 key, or let one be made.',
  },
  lastSecret: {
    status: 409,
    title: 'The last secret of an endpoint cannot be removed',
    remedy: 'Add the new secret first, move the receiver to it, then remove the old one.',
  },
  tooManySecrets: {
    status: 409,
    title: 'The endpoint has as many secrets as it may have',
    remedy: 'Remove a secret that the receiver no longer uses.',
  },
  attemptFailed: {
    status: 424,
    title: 'The receiver did not accept a delivery',
    remedy: 'Read the attempts of the delivery; it is tried again as its endpoint says.',
  },
  deliveryNotRetryable: {
    status: 409,
    title: 'The delivery is already due',
    remedy: 'Wait for its next try; only a delivery that is settled can be started again.',
  },
  tooManyEndpoints: {
    status: 409,
    title: 'The tenant has as many endpoints as a customer may make',
    remedy: 'Delete an endpoint that is no longer used, or raise PORTAL_ENDPOINTS_MAX.',
  },
  recoveryNotFound: {
    status: 404,
    title: 'There is no such recovery',
    remedy: 'Take the id from the list of recoveries; one that ended long ago is forgotten.',
  },
  recoveryHasEnded: {
    status: 409,
    title: 'The recovery has ended',
    remedy: 'Nothing is left to cancel; ask for a new one to start deliveries again.',
  },
  recoveryIsEmpty: {
    status: 409,
    title: 'There is nothing to start',
    remedy: 'Widen the filter; with `dryRun` the answer counts without starting anything.',
  },
  recoveryTooLarge: {
    status: 422,
    title: 'The recovery is larger than one may be',
    remedy: 'Narrow the filter by time, and ask for the rest afterwards.',
  },
  tooManyRecoveries: {
    status: 429,
    title: 'The tenant has as many recoveries to do as it may have',
    remedy: 'Wait until one is done, or cancel one.',
  },
});
