import { defineErrors, type DomainError } from '#shared-kernel/domain/domain-error.js';
import type { RejectionReason } from './domain/verify-webhook.js';

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
    remedy: 'Send the time as digits only, in the unit that the provider uses.',
  },
  timestampStale: {
    status: 401,
    title: 'Timestamp outside the window',
    remedy: 'Set the clocks at both ends, and sign each attempt anew.',
  },
  webhookNotFound: {
    status: 404,
    title: 'Not found',
    remedy: 'Take the id from the list of webhooks.',
  },
  invalidProviderSettings: {
    status: 400,
    title: 'Invalid provider settings',
    remedy: "Correct the listed fields; the provider's reference page shows them all.",
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
  tooManySecrets: {
    status: 409,
    title: 'Too many secrets',
    remedy: 'Remove secrets that the provider no longer signs with.',
  },
});

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
      return webhookErrors.timestampMalformed('The timestamp is not a whole number.');
    case 'timestamp-stale':
      return webhookErrors.timestampStale('The timestamp is too far from now.');
  }
}
