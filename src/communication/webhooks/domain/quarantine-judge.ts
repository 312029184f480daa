import type { QuarantinedRequest } from './quarantine.js';
import type { RejectionReason } from './rejection-reason.js';
import type { Webhook } from './webhook-inbox.js';

/** What a quarantined request is by the source of today. */
export type SecondJudgement =
  | { readonly kind: 'rejected'; readonly reason: RejectionReason }
  | { readonly kind: 'handshake' }
  | { readonly kind: 'webhook'; readonly webhook: Webhook };

/** Judges quarantined requests again. */
export abstract class QuarantineJudge {
  /**
   * Judges by the provider and the secrets of today, and compares a signed time with when the
   * request came: that it waited here does not make it stale.
   *
   * @returns undefined when its source has gone
   */
  abstract judge(
    request: QuarantinedRequest,
    body: Uint8Array,
  ): Promise<SecondJudgement | undefined>;

  /** The webhook that it is for somebody who vouches for it, whatever its signature says. */
  abstract vouchedFor(request: QuarantinedRequest, body: Uint8Array): Promise<Webhook | undefined>;
}
