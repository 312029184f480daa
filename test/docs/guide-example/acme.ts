import type { ProviderScheme } from '#communication/webhooks/domain/provider-scheme.js';
import { signedString } from '#communication/webhooks/domain/signed-string.js';

/** Acme signs the time and the body. */
export const acme: ProviderScheme = {
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'utf8' },
    encoding: 'hex',
    place: { kind: 'header', headers: ['x-acme-signature'], prefix: 'v1=' },
    signed: signedString('{timestamp}.{body}'),
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
