import type { ShippedProvider } from '#communication/webhooks/domain/provider-definition.js';

/** Acme signs the time and the body. */
export const acme: ShippedProvider = {
  name: 'acme',
  title: 'Acme',
  docs: 'https://acme.example/webhooks',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'utf8' },
    encoding: 'hex',
    place: { kind: 'header', headers: ['x-acme-signature'], prefix: 'v1=' },
    signed: '{timestamp}.{body}',
    timestamp: {
      place: { kind: 'header', headers: ['x-acme-time'] },
      unit: 'seconds',
      pastSeconds: 300,
      futureSeconds: 300,
    },
  },
  deliveryId: { kind: 'header', headers: ['x-acme-delivery'] },
  eventType: [{ kind: 'json', path: 'type' }],
};
