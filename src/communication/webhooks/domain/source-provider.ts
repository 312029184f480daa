import type { KnownProvider } from './known-provider.js';
import { newSecretValue } from './new-secret-value.js';
import type { ProviderDefinition } from './provider-definition.js';
import { schemeOf, secretFormFor, settingsOf } from './providers/registry.js';
import { sourceScheme } from './read-requests.js';
import { secretFault } from './secret-key.js';

/**
 * A provider by its name.
 *
 * @param own the definition and its revision, where it did not come with the program
 * @throws DomainError `webhooks.unknown-provider`
 */
export function knownProvider(
  name: string,
  own?: { readonly definition: ProviderDefinition; readonly revision: number },
): KnownProvider {
  const definition = own?.definition;
  const formFor = (settings: unknown) => secretFormFor(name, settings, definition);
  return {
    name,
    revision: own?.revision ?? 0,
    settingsOf: (settings) => settingsOf(name, settings, definition),
    secretFault: (value, settings) => secretFault(value, formFor(settings)),
    newSecret: (settings, bytes) => newSecretValue(formFor(settings), bytes),
    schemeFor: (settings) => sourceScheme(name, schemeOf(name, settings, definition)),
  };
}
