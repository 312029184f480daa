import { DomainError } from '#shared-kernel/domain/domain-error.js';
import { providerNames, type ProviderName } from '../provider-name.js';
import { schemeOf, settingsOf } from './registry.js';

const settingsFor = (provider: ProviderName) =>
  provider === 'hmac' ? { header: 'x-signature' } : undefined;

function errorOf(action: () => unknown): DomainError {
  try {
    action();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

it('knows these providers', () => {
  expect([...providerNames].sort()).toEqual([
    'github',
    'hmac',
    'shopify',
    'slack',
    'standard-webhooks',
    'stripe',
  ]);
});

describe.each(providerNames)('the scheme of %s', (provider) => {
  const scheme = schemeOf(provider, settingsFor(provider));
  const parts = scheme.signature.signed.map(({ kind }) => kind);

  it('signs the body', () => {
    expect(parts).toContain('body');
  });

  it('says where the time stands exactly when it signs one', () => {
    expect(parts.includes('timestamp')).toBe(scheme.signature.timestamp !== undefined);
  });

  it('has a signed id outside of the body, where it can be read before the body is trusted', () => {
    expect(parts.includes('id') && scheme.deliveryId?.kind === 'json').toBe(false);
  });

  it('names headers in lower case, as requests do', () => {
    const names = JSON.stringify(scheme).matchAll(/"headers?":("[^"]+"|\[[^\]]+\])/g);
    for (const [, name] of names) expect(name).toBe(name?.toLowerCase());
  });
});

it.each(providerNames.filter((name) => name !== 'hmac'))('%s takes no settings', (provider) => {
  expect(settingsOf(provider, null)).toBeNull();
  expect(errorOf(() => settingsOf(provider, { header: 'x' }))).toMatchObject({
    code: 'webhooks.invalid-provider-settings',
    fields: [{ path: 'settings', fault: 'must be left out' }],
  });
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
