/** What was wrong with a message, or with how it was checked. */
export type VerificationFault =
  /** One of `webhook-id`, `webhook-timestamp`, `webhook-signature` is not there once. */
  | 'headers-missing'
  /** The timestamp is not seconds since 1970. */
  | 'timestamp-invalid'
  | 'timestamp-too-old'
  | 'timestamp-too-new'
  | 'signature-mismatch'
  /** A secret is not `whsec_` or `whpk_` and base64 of 24 to 64 or of 32 bytes. */
  | 'secret-invalid'
  /** The body is neither text nor bytes; or it is signed rightly, but is not JSON. */
  | 'body-invalid';

/** The message is not to be trusted: answer 400 or 401 and do nothing else. */
export declare class WebhookVerificationError extends Error {
  readonly name: 'WebhookVerificationError';
  readonly code: VerificationFault;
}

/** Headers of a request: `Headers` of fetch, or a record with names in any case. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** How far the clocks may be apart, to both sides, in seconds. Default 300. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970 to check the timestamp against. Default now. */
  readonly nowMs?: number;
  /** False returns the bytes of the body instead of its JSON. Default true. */
  readonly parse?: boolean;
}

/**
 * Checks that a webhook was signed with one of the secrets, and lately.
 *
 * @param rawBody the body as it came: text, or better bytes; never parsed and written again
 * @param secrets `whsec_...` (v1, HMAC-SHA256) or `whpk_...` (v1a, Ed25519), or several of them
 * @returns the body as JSON, undefined when it is empty; its bytes with `parse: false`
 * @throws WebhookVerificationError
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export declare function verify(
  headers: WebhookHeaders,
  rawBody: string | Uint8Array,
  secrets: string | readonly string[],
  options: VerifyOptions & { readonly parse: false },
): Promise<Uint8Array>;
export declare function verify<Payload = unknown>(
  headers: WebhookHeaders,
  rawBody: string | Uint8Array,
  secrets: string | readonly string[],
  options?: VerifyOptions,
): Promise<Payload>;
