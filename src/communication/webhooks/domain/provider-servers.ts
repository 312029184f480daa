import type { KeyObject } from 'node:crypto';

/** Which keys a verification needs from outside. */
export type WantedKeys =
  | { readonly kind: 'jwks'; readonly url: string; readonly keyId: string | undefined }
  | { readonly kind: 'certificate'; readonly url: string };

/** The providers' own servers, which are asked for keys and told that an address is ours. */
export abstract class ProviderServers {
  /**
   * The keys that are wanted, empty when the server has no such key.
   *
   * @throws DomainError `webhooks.signing-key-unavailable` (503) when they cannot be had now
   */
  abstract keysFor(wanted: WantedKeys): Promise<readonly KeyObject[]>;

  /**
   * Calls an address that confirms a subscription.
   *
   * @throws DomainError `webhooks.confirmation-failed` (503) unless it answers 2xx
   */
  abstract confirm(url: string): Promise<void>;
}
