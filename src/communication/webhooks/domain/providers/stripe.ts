import type { ShippedProvider } from '../provider-definition.js';

const header = 'stripe-signature';

/**
 * Stripe: `t=<seconds>,v1=<hex>,v0=...`, several `v1` while a secret is rolled; `v0` is for tests
 * and ignored. The whole secret, `whsec_` included, is the key.
 */
export const stripe: ShippedProvider = {
  name: 'stripe',
  title: 'Stripe',
  docs: 'https://docs.stripe.com/webhooks/signature',
  proof: { kind: 'sdk', package: 'stripe' },
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'utf8' },
    encoding: 'hex',
    place: { kind: 'pair', header, key: 'v1', separator: ',' },
    signed: '{timestamp}.{body}',
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
