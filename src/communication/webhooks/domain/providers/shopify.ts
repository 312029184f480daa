import type { ProviderScheme } from '../provider-scheme.js';
import { signedString } from '../signed-string.js';

/**
 * Shopify signs the body and no time. The key is the app's client secret as it stands.
 *
 * Source: https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
 */
export const shopify: ProviderScheme = {
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'utf8' },
    encoding: 'base64',
    place: { kind: 'header', headers: ['x-shopify-hmac-sha256'] },
    signed: signedString('{body}'),
  },
  deliveryId: { kind: 'header', headers: ['x-shopify-webhook-id'] },
  eventType: [{ kind: 'header', headers: ['x-shopify-topic'] }],
  eventTime: {
    place: { kind: 'header', headers: ['x-shopify-triggered-at'] },
    unit: 'iso',
  },
};
