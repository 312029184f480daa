import type { ProviderScheme } from '../provider-scheme.js';
import { signedString } from '../signed-string.js';

/**
 * Everyone who follows Standard Webhooks, and Svix, whose headers have other names. The list of
 * signatures may hold other versions (`v1a,`), which are left alone.
 *
 * Source:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardWebhooks: ProviderScheme = {
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'whsec' },
    encoding: 'base64',
    place: {
      kind: 'header',
      headers: ['webhook-signature', 'svix-signature'],
      prefix: 'v1,',
      separator: ' ',
    },
    signed: signedString('{id}.{timestamp}.{body}'),
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
