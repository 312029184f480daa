import type { ShippedProvider } from '../provider-definition.js';

/**
 * GitHub signs the body and no time, so an old delivery cannot be told by its signature; its id
 * can.
 */
export const github: ShippedProvider = {
  name: 'github',
  title: 'GitHub',
  docs: 'https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries',
  proof: { kind: 'sdk', package: '@octokit/webhooks-methods' },
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'utf8' },
    encoding: 'hex',
    place: { kind: 'header', headers: ['x-hub-signature-256'], prefix: 'sha256=' },
    signed: '{body}',
  },
  deliveryId: { kind: 'header', headers: ['x-github-delivery'] },
  eventType: [{ kind: 'header', headers: ['x-github-event'] }],
  document: { kind: 'form-field', field: 'payload' },
};
