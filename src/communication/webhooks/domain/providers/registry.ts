import { webhookErrors } from '../../errors.js';
import type { ProviderName } from '../provider-name.js';
import type { ProviderScheme } from '../provider-scheme.js';
import type { Source } from '../source.js';
import { github } from './github.js';
import { hmacScheme, hmacSettingsSchema, type HmacSettings } from './hmac.js';
import { shopify } from './shopify.js';
import { slack } from './slack.js';
import { standardWebhooks } from './standard-webhooks.js';
import { stripe } from './stripe.js';

/** A provider is added with one file beside this one, its name, and one line here. */
const fixedSchemes = {
  github,
  shopify,
  slack,
  'standard-webhooks': standardWebhooks,
  stripe,
} satisfies Record<Exclude<ProviderName, 'hmac'>, ProviderScheme>;

/**
 * Settings with their defaults filled in.
 *
 * @throws DomainError `webhooks.invalid-provider-settings` with the faults of each field
 */
export function settingsOf(provider: ProviderName, settings: unknown): Source['settings'] {
  if (!isFixed(provider)) return hmacSettingsOf(settings);
  if (settings === null || settings === undefined) return null;
  throw webhookErrors.invalidProviderSettings(
    `The provider ${provider} has no settings: leave them out.`,
    { fields: [{ path: 'settings', fault: 'must be left out' }] },
  );
}

/**
 * The scheme of a source. Settings are read anew each time, so keep the result beside the source.
 */
export function schemeOf(provider: ProviderName, settings: unknown): ProviderScheme {
  return isFixed(provider) ? fixedSchemes[provider] : hmacScheme(hmacSettingsOf(settings));
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

function isFixed(provider: string): provider is keyof typeof fixedSchemes {
  return Object.hasOwn(fixedSchemes, provider);
}
