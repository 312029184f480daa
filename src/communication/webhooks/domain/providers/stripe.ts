import type { ProviderScheme } from '../provider-scheme.js';
import { signedString } from '../signed-string.js';

const header = 'stripe-signature';

/**
 * Stripe: `t=<seconds>,v1=<hex>,v0=...`, several `v1` while a secret is rolled; `v0` is for tests
 * and ignored. The whole secret, `whsec_` included, is the key.
 *
 * Source: https://docs.stripe.com/webhooks/signature
 */
export const stripe: ProviderScheme = {
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'utf8' },
    encoding: 'hex',
    place: { kind: 'pair', header, key: 'v1', separator: ',' },
    signed: signedString('{timestamp}.{body}'),
    timestamp: {
      place: { kind: 'pair', header, key: 't', separator: ',' },
      unit: 'seconds',
      pastSeconds: 300,
      futureSeconds: 300,
    },
  },
  deliveryId: { kind: 'json', path: 'id' },
  eventType: [{ kind: 'json', path: 'type' }],
  eventTime: { place: { kind: 'json', path: 'created' }, unit: 'seconds' },
};
