import type { ProviderScheme } from '../provider-scheme.js';
import { signedString } from '../signed-string.js';

/**
 * GitHub signs the body and no time, so an old delivery cannot be told by its signature; its id
 * can.
 *
 * Source: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export const github: ProviderScheme = {
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'utf8' },
    encoding: 'hex',
    place: { kind: 'header', headers: ['x-hub-signature-256'], prefix: 'sha256=' },
    signed: signedString('{body}'),
  },
  deliveryId: { kind: 'header', headers: ['x-github-delivery'] },
  eventType: [{ kind: 'header', headers: ['x-github-event'] }],
  formField: 'payload',
};
