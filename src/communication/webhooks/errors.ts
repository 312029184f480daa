import { defineErrors, type DomainError } from '#shared-kernel/domain/domain-error.js';
import type { RefusalReason } from './domain/refusal-reason.js';
import type { RejectionReason } from './domain/rejection-reason.js';

/**
 * What can go wrong with sources and webhooks. Senders of webhooks get the first group: no more
 * than they need.
 */
export const webhookErrors = defineErrors('webhooks', {
  sourceNotFound: {
    status: 404,
    title: 'Not found',
    remedy: 'Check the address or the id.',
  },
  bodyTooLarge: {
    status: 413,
    title: 'Body too large',
    remedy: 'Send a smaller body, or raise the limit for webhook bodies in the settings.',
  },
  noSecret: {
    status: 401,
    title: 'No usable secret',
    remedy: "Give the source a secret in the form that its provider's settings expect.",
  },
  signatureMissing: {
    status: 401,
    title: 'Signature missing',
    remedy: "Turn on signing at the sender, and check the source's provider and header.",
  },
  signatureMalformed: {
    status: 401,
    title: 'Signature malformed',
    remedy: "Check prefix and encoding of the signature against the source's provider.",
  },
  signatureMismatch: {
    status: 401,
    title: 'Signature mismatch',
    remedy: 'Compare the secret at both ends, and let no proxy change the body on its way.',
  },
  timestampMissing: {
    status: 401,
    title: 'Timestamp missing',
    remedy: 'Send the time that is signed in the place where the provider puts it.',
  },
  timestampMalformed: {
    status: 401,
    title: 'Timestamp malformed',
    remedy: 'Send the time in the unit and form that the provider uses.',
  },
  timestampStale: {
    status: 401,
    title: 'Timestamp outside the window',
    remedy: 'Set the clocks at both ends, and sign each attempt anew.',
  },
  addressNotAllowed: {
    status: 403,
    title: 'Address not allowed',
    remedy: "Add the sender's address to the source's allowedRanges, or send from one that is.",
  },
  rateLimited: {
    status: 429,
    title: 'Too many requests',
    remedy: "Send again after the time in Retry-After, or raise the source's rateLimit.",
  },
  paused: {
    status: 503,
    title: 'The source is paused',
    remedy: 'Send again after the time in Retry-After; set the state of the source to active.',
    chosen: true,
  },
  webhookNotFound: {
    status: 404,
    title: 'Not found',
    remedy: 'Take the id from the list of webhooks.',
  },
  shapeNotFound: {
    status: 404,
    title: 'Not found',
    remedy:
      'Take the event type from the list of shapes; it is there some seconds after its first webhook.',
  },
  invalidProviderSettings: {
    status: 400,
    title: 'Invalid provider settings',
    remedy: "Correct the listed fields; the provider's reference page shows them all.",
  },
  invalidSourceOptions: {
    status: 400,
    title: 'Invalid source',
    remedy: 'Correct the listed fields; the API reference shows what they may hold.',
  },
  unknownProvider: {
    status: 400,
    title: 'Unknown provider',
    remedy: 'Take a name from GET /v1/providers, or define the provider first.',
  },
  signingKeyUnavailable: {
    status: 503,
    title: 'Signing key unavailable',
    remedy: "Nothing, when it passes; else see whether this server reaches the provider's.",
  },
  providerMissing: {
    status: 503,
    title: 'The provider of the source is missing',
    remedy: 'Put its definition back into the file of providers, and start again.',
  },
  confirmationFailed: {
    status: 503,
    title: 'Confirmation failed',
    remedy: 'Let the provider ask again; see whether this server reaches its address.',
  },
  providerNotFound: {
    status: 404,
    title: 'Not found',
    remedy: 'Take the name from the list of providers.',
  },
  providerExists: {
    status: 409,
    title: 'The name is taken',
    remedy: 'Choose another name, or change the provider that has it.',
  },
  providerInUse: {
    status: 409,
    title: 'The provider is in use',
    remedy: 'Delete the sources of this provider first.',
  },
  invalidProvider: {
    status: 400,
    title: 'Invalid provider',
    remedy: 'Correct the listed fields; the reference page of providers shows the form.',
  },
  invalidSecret: {
    status: 400,
    title: 'Invalid secret',
    remedy: 'Copy the secret from the provider again, in the form that the source expects.',
  },
  secretNotFound: {
    status: 404,
    title: 'Not found',
    remedy: "Check the secret's id against the source.",
  },
  lastSecret: {
    status: 409,
    title: 'Last secret',
    remedy: 'Add the new secret first, then remove the old one; or delete the source.',
  },
  quarantinedRequestNotFound: {
    status: 404,
    title: 'Not found',
    remedy: 'Take the id from the list of quarantined requests; it may have left meanwhile.',
  },
  tooManySecrets: {
    status: 409,
    title: 'Too many secrets',
    remedy: 'Remove secrets that the provider no longer signs with.',
  },
});

/** The error that answers a request that a source did not let in, beside one that is too large. */
export function refusalError(
  reason: Exclude<RefusalReason, 'body-too-large'>,
  retryAfterSeconds: number,
): DomainError {
  switch (reason) {
    case 'address-not-allowed':
      return webhookErrors.addressNotAllowed('This address takes nothing from where you are.');
    case 'paused':
      return webhookErrors.paused('The source takes nothing at the moment.', { retryAfterSeconds });
    case 'rate-limited':
      return webhookErrors.rateLimited('The source takes no more requests just now.', {
        retryAfterSeconds,
      });
  }
}

/**
 * The error that answers a rejected webhook. It names the check that failed and nothing of what was
 * expected.
 */
export function rejectionError(reason: RejectionReason): DomainError {
  switch (reason) {
    case 'no-secret':
      return webhookErrors.noSecret('The source has no secret that can check a signature.');
    case 'signature-missing':
      return webhookErrors.signatureMissing('The request has no signature.');
    case 'signature-malformed':
      return webhookErrors.signatureMalformed('The signature, or an id it covers, is unreadable.');
    case 'signature-mismatch':
      return webhookErrors.signatureMismatch('The signature does not match the request.');
    case 'timestamp-missing':
      return webhookErrors.timestampMissing('The request has no timestamp.');
    case 'timestamp-malformed':
      return webhookErrors.timestampMalformed('The timestamp is not in the form of the provider.');
    case 'timestamp-stale':
      return webhookErrors.timestampStale('The timestamp is too far from now.');
  }
}
