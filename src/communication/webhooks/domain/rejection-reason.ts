/** Why a webhook was not accepted; each has its own error code and its own count. */
export const rejectionReasons = [
  'no-secret',
  'signature-missing',
  'signature-malformed',
  'signature-mismatch',
  'timestamp-missing',
  'timestamp-malformed',
  'timestamp-stale',
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/**
 * `secretId` names the secret that matched, so people see when the old one of a rotation is no
 * longer used.
 */
export type Verification =
  | { readonly verdict: 'verified'; readonly secretId: string }
  | { readonly verdict: 'rejected'; readonly reason: RejectionReason };
