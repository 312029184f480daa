import { webhookErrors } from '../../errors.js';
import type { ProviderDefinition } from '../provider-definition.js';
import type { ProviderScheme } from '../provider-scheme.js';
import { settingFaults, settingsIn } from '../provider-settings.js';
import { type SecretForm, secretFormOf } from '../secret-form.js';
import type { Source } from '../source.js';
import { hmacScheme, hmacSettingsSchema, type HmacSettings } from './hmac.js';
import { shippedProviders } from './shipped-providers.js';

/** The provider whose whole scheme stands in the settings of its sources. */
export const configuredProvider = 'hmac';

/** Names of all providers that come with the program. */
export const shippedNames: readonly string[] = [
  ...shippedProviders.keys(),
  configuredProvider,
].sort();

/**
 * Settings with their defaults filled in.
 *
 * @param own the tenant's own definition of the provider, where it has one
 * @throws DomainError `webhooks.invalid-provider-settings` with the faults of each field,
 *   `webhooks.unknown-provider`
 */
export function settingsOf(
  provider: string,
  settings: unknown,
  own?: ProviderDefinition,
): Source['settings'] {
  if (provider === configuredProvider) return hmacSettingsOf(settings);
  const definition = definitionOf(provider, own);
  const faults = settingFaults(definition, settings);
  if (faults.length === 0) return settingsIn(settings);
  throw webhookErrors.invalidProviderSettings(
    `The settings do not fit the provider ${provider}: ${faults[0]?.path} ${faults[0]?.fault}.`,
    { fields: faults },
  );
}

/**
 * The scheme of a source. Settings are read anew each time, so keep the result beside the source.
 *
 * @throws DomainError `webhooks.unknown-provider`, `webhooks.invalid-provider-settings`
 */
export function schemeOf(
  provider: string,
  settings: unknown,
  own?: ProviderDefinition,
): ProviderScheme {
  if (provider === configuredProvider) return hmacScheme(hmacSettingsOf(settings));
  return definitionOf(provider, own);
}

/** What the secrets of a source must look like. */
export function secretFormFor(
  provider: string,
  settings: unknown,
  own?: ProviderDefinition,
): SecretForm {
  return secretFormOf(schemeOf(provider, settings, own).signature);
}

/** Ours first: a name that came with the program never means something else. */
function definitionOf(provider: string, own: ProviderDefinition | undefined): ProviderDefinition {
  const definition = shippedProviders.get(provider) ?? own;
  if (definition !== undefined) return definition;
  throw webhookErrors.unknownProvider(`There is no provider ${provider}.`, {
    fields: [{ path: 'provider', fault: 'is not known' }],
  });
}

function hmacSettingsOf(settings: unknown): HmacSettings {
  const parsed = hmacSettingsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  throw webhookErrors.invalidProviderSettings('Correct the settings of the provider hmac.', {
    fields: parsed.error.issues.map((issue) => ({
      path: ['settings', ...issue.path].join('.'),
      fault: issue.message,
    })),
  });
}
