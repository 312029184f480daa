import { DomainError } from '#shared-kernel/domain/domain-error.js';
import { describeWebhook } from '../describe-webhook.js';
import { providerDefinitionSchema } from '../provider-definition.js';
import { settingFaults } from '../provider-settings.js';
import { schemeFaults } from '../scheme-faults.js';
import { schemeOf, settingsOf, shippedNames } from './registry.js';
import { shippedProviders } from './shipped-providers.js';

function errorOf(action: () => unknown): DomainError {
  try {
    action();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

it('knows each provider by one name, and hmac, which is all settings', () => {
  expect(shippedNames).toEqual([...new Set(shippedNames)].sort());
  expect(shippedNames).toEqual(expect.arrayContaining(['github', 'hmac', 'stripe']));
  for (const [name, provider] of shippedProviders) expect(provider.name).toBe(name);
});

describe.each([...shippedProviders])('the provider %s', (_name, { proof, ...definition }) => {
  it('is written in the form that users write too, and says nothing contradictory', () => {
    const written: unknown = JSON.parse(JSON.stringify(definition));
    expect(providerDefinitionSchema.parse(written)).toEqual(definition);
    expect(schemeFaults(definition)).toEqual([]);
  });

  it('says where it is described, and what proves it', () => {
    expect(definition.docs).toMatch(/^https:/);
    expect(proof.kind).toMatch(/^(?:sdk|independent|vector|standard|unconfirmed)$/);
  });

  it('has no event type or id of an empty request', () => {
    const empty = { headers: {}, body: new Uint8Array() };
    const description = describeWebhook(definition, definition.name, empty);
    expect(description).toMatchObject({
      eventType: `${definition.name}.webhook`,
      deliveryId: null,
      eventAtMs: null,
    });
  });
});

const withoutSettings = [...shippedProviders.values()].filter(
  (definition) => settingFaults(definition, {}).length > 0 && definition.settings === undefined,
);

it.each(withoutSettings.map(({ name }) => name))('%s takes no settings', (provider) => {
  expect(settingsOf(provider, null)).toBeNull();
  expect(errorOf(() => settingsOf(provider, { header: 'x' }))).toMatchObject({
    code: 'webhooks.invalid-provider-settings',
    fields: [{ path: 'settings', fault: 'must be left out' }],
  });
});

it('no provider has a name that nobody gave it', () => {
  for (const read of [settingsOf, schemeOf]) {
    expect(errorOf(() => read('nobody', null)).code).toBe('webhooks.unknown-provider');
  }
});

it.each([undefined, null, 'header', {}, { header: 'x-s', surprise: 1 }])(
  'hmac refuses the settings %j with the path of each fault',
  (settings) => {
    for (const read of [settingsOf, schemeOf]) {
      const error = errorOf(() => read('hmac', settings));
      expect(error.code).toBe('webhooks.invalid-provider-settings');
      expect(error.fields?.every(({ path }) => path.startsWith('settings'))).toBe(true);
    }
  },
);

it('reads settings that it has filled in itself as the same settings', () => {
  const settings = settingsOf('hmac', { header: 'X-Signature', timestampHeader: 'X-Time' });
  expect(settingsOf('hmac', JSON.parse(JSON.stringify(settings)))).toEqual(settings);
});
