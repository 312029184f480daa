import type { WebhookFlag } from './webhook-flag.js';

/** What a webhook says about itself. All texts are bounded and free of control characters. */
export interface WebhookDescription {
  /** The `content-type` header as sent, or null. */
  readonly contentType: string | null;
  /**
   * `<provider>.<provider's own name>`, such as `github.pull_request`; `<provider>.webhook` when it
   * gives none.
   */
  readonly eventType: string;
  /** The provider's id of this delivery, the same when it is sent again, or null. */
  readonly deliveryId: string | null;
  /** When it happened by the provider's account, in milliseconds since the epoch, or null. */
  readonly eventAtMs: number | null;
  readonly flags: readonly WebhookFlag[];
  /** The parsed body, undefined when it is no JSON. Parsed once, here. */
  readonly json: unknown;
}
