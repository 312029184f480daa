import type { ShippedProvider } from '../provider-definition.js';

/**
 * Shopify signs the body and no time. The key is the app's client secret as it stands. Its Events
 * leave the `x-` of the headers away (https://shopify.dev/docs/apps/build/events/verify-deliveries).
 */
export const shopify: ShippedProvider = {
  name: 'shopify',
  title: 'Shopify',
  docs: 'https://shopify.dev/docs/apps/build/webhooks/verify-deliveries',
  proof: { kind: 'sdk', package: '@shopify/shopify-api' },
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'utf8' },
    encoding: 'base64',
    place: { kind: 'header', headers: ['x-shopify-hmac-sha256', 'shopify-hmac-sha256'] },
    signed: '{body}',
  },
  deliveryId: { kind: 'header', headers: ['x-shopify-webhook-id', 'shopify-webhook-id'] },
  eventType: [{ kind: 'header', headers: ['x-shopify-topic', 'shopify-topic'] }],
  eventTime: {
    place: { kind: 'header', headers: ['x-shopify-triggered-at', 'shopify-triggered-at'] },
    unit: 'iso',
  },
};
