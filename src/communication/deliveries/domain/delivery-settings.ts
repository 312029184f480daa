import type { AllowedRange } from './address-guard.js';

/** What the operator says of outbound calls. */
export abstract class DeliverySettings {
  abstract readonly allowedRanges: readonly AllowedRange[];
  /** Time of one try for endpoints that do not say theirs. */
  abstract readonly timeoutDefaultMs: number;
  /** Forward proxies that endpoints may name: URLs with credentials by their origins. */
  abstract readonly proxies: ReadonlyMap<string, string>;
  /** The DNS name under which receivers know us, for those that are asked first. */
  abstract readonly originName: string;
}
