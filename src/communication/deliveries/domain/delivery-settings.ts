import type { AllowedRange } from './address-guard.js';

/** What the operator says of outbound calls. */
export abstract class DeliverySettings {
  abstract readonly allowedRanges: readonly AllowedRange[];
  /** Time of one try for endpoints that do not say theirs. */
  abstract readonly timeoutDefaultMs: number;
}
