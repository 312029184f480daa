import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, within } from './scheme-parts.js';
import { standardWebhooks } from './standard-webhooks.js';

const modernTreasury: ShippedProvider = {
  name: 'modern-treasury',
  title: 'Modern Treasury',
  docs: 'https://docs.moderntreasury.com/platform/docs/webhook-signatures',
  proof: { kind: 'sdk', package: 'modern-treasury' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-signature'),
    signed: '{body}',
  },
  deliveryId: header('x-event-id', 'x-webhook-id'),
  eventType: [header('x-topic'), json('event')],
};

const onfido: ShippedProvider = {
  name: 'onfido',
  title: 'Onfido',
  docs: 'https://documentation.onfido.com/api/latest/#webhooks',
  proof: { kind: 'sdk', package: '@onfido/api' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-sha2-signature'),
    signed: '{body}',
  },
  eventType: [json('payload.action')],
  eventTime: { place: json('payload.object.completed_at_iso8601'), unit: 'iso' },
};

/** Brex signs by Standard Webhooks, and shows its secrets without `whsec_`. */
const brex: ShippedProvider = {
  ...standardWebhooks,
  name: 'brex',
  title: 'Brex',
  docs: 'https://developer.brex.com/docs/webhooks/',
  proof: {
    kind: 'standard',
    package: 'standardwebhooks',
    url: 'https://github.com/standard-webhooks/standard-webhooks',
  },
  eventType: [json('event_type')],
};

/**
 * Plaid names its key in each token and gives it out to those who ask with their credentials, so
 * the secret of a source is that key as PEM: add the next one when Plaid rotates.
 */
const plaid: ShippedProvider = {
  name: 'plaid',
  title: 'Plaid',
  docs: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
  proof: {
    kind: 'standard',
    package: 'jose',
    url: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
  },
  signature: {
    algorithm: {
      kind: 'jwt',
      algorithms: ['ES256'],
      bodyClaim: { path: 'request_body_sha256', form: 'sha256-hex' },
      maxAgeSeconds: 300,
      leewaySeconds: 5,
    },
    place: header('plaid-verification'),
  },
  eventType: [json('webhook_code')],
};

const revolut: ShippedProvider = {
  name: 'revolut',
  title: 'Revolut',
  docs: 'https://developer.revolut.com/docs/guides/manage-accounts/webhooks/verify-the-payload-signature',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('revolut-signature'), prefix: 'v1=', separator: ',' },
    signed: 'v1.{timestamp}.{body}',
    timestamp: within(300, header('revolut-request-timestamp'), 'milliseconds'),
  },
  eventType: [json('event')],
  eventTime: { place: json('timestamp'), unit: 'iso' },
};

/** Wise publishes one key for its sandbox and one for the rest: the secret is that key as PEM. */
const wise: ShippedProvider = {
  name: 'wise',
  title: 'Wise',
  docs: 'https://docs.wise.com/guides/developer/webhooks/event-handling',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: { kind: 'rsa', hash: 'sha256', padding: 'pkcs1' },
    encoding: 'base64',
    place: header('x-signature-sha256'),
    signed: '{body}',
  },
  deliveryId: header('x-delivery-id'),
  eventType: [json('event_type')],
  eventTime: { place: json('sent_at'), unit: 'iso' },
};

/** Banking, and who the people behind an account are. */
export const bankProviders: readonly ShippedProvider[] = [
  brex,
  modernTreasury,
  onfido,
  plaid,
  revolut,
  wise,
];
