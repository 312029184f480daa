import type { SourceScheme } from './source-scheme.js';
import type { Source } from './source.js';

type Settings = Source['settings'];

/** A provider by whose scheme sources can be made. */
export interface KnownProvider {
  readonly name: string;
  /** Changes whenever its definition does. */
  readonly revision: number;
  /**
   * Settings of a source with their defaults filled in.
   *
   * @throws DomainError `webhooks.invalid-provider-settings` with the faults of each field
   */
  settingsOf(settings: unknown): Settings;
  /** What is wrong with a secret, as half a sentence, or null. */
  secretFault(value: string, settings: Settings): string | null;
  /**
   * A fresh secret in the form that people of this provider expect.
   *
   * @param randomBytes 24 to 64 bytes from a cryptographic source
   * @throws DomainError `webhooks.invalid-secret` where only the provider can say it
   */
  newSecret(settings: Settings, randomBytes: Uint8Array): string;
  /** The scheme of a source with these settings; keep it beside the source. */
  schemeFor(settings: Settings): SourceScheme;
}

/** The providers that a tenant can choose from. */
export abstract class Providers {
  /** @throws DomainError `webhooks.unknown-provider` */
  abstract byName(tenant: string, name: string): Promise<KnownProvider>;
  /**
   * A provider that nobody has stored, to try it.
   *
   * @throws DomainError `webhooks.invalid-provider` with the faults of each field
   */
  abstract draft(definition: unknown): KnownProvider;
}
