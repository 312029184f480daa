import type { ShippedProvider } from '../provider-definition.js';

/**
 * Everyone who follows Standard Webhooks, and Svix, whose headers have other names. The list of
 * signatures may hold other versions (`v1a,`), which are left alone.
 */
export const standardWebhooks: ShippedProvider = {
  name: 'standard-webhooks',
  title: 'Standard Webhooks, Svix',
  docs: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  proof: { kind: 'sdk', package: 'standardwebhooks' },
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'whsec' },
    encoding: 'base64',
    place: {
      kind: 'header',
      headers: ['webhook-signature', 'svix-signature'],
      prefix: 'v1,',
      separator: ' ',
    },
    signed: '{id}.{timestamp}.{body}',
    timestamp: {
      place: { kind: 'header', headers: ['webhook-timestamp', 'svix-timestamp'] },
      unit: 'seconds',
      pastSeconds: 300,
      futureSeconds: 300,
    },
  },
  deliveryId: { kind: 'header', headers: ['webhook-id', 'svix-id'] },
  eventType: [{ kind: 'json', path: 'type' }],
  eventTime: { place: { kind: 'json', path: 'timestamp' }, unit: 'iso' },
};
