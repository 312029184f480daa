import type { WebhookHeaders } from './headers.js';

/** One request at the address of a source. */
export interface SourceRequest {
  readonly headers: WebhookHeaders;
  /** The bytes as they came; they need not be text. */
  readonly body: Uint8Array;
  /** POST when absent. */
  readonly method?: string | undefined;
  /** The whole address as the provider was given it, with the query of this request. */
  readonly url?: string | undefined;
}
