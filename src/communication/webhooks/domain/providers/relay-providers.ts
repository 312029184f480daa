import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac } from './scheme-parts.js';

/** Hookdeck's Event Gateway, which signs once more what it passes on. */
const hookdeck: ShippedProvider = {
  name: 'hookdeck',
  title: 'Hookdeck',
  docs: 'https://hookdeck.com/docs/authentication#hookdeck-webhook-signature-verification',
  proof: { kind: 'sdk', package: '@hookdeck/sdk' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    // The second one is there while a secret is rolled.
    place: header('x-hookdeck-signature', 'x-hookdeck-signature-2'),
    signed: '{body}',
  },
  deliveryId: header('x-hookdeck-eventid'),
};

/**
 * Upstash QStash: a token for this address and this body, valid for five minutes. A message that
 * is tried again gets a new token and keeps its id.
 */
const qstash: ShippedProvider = {
  name: 'qstash',
  title: 'Upstash QStash',
  docs: 'https://upstash.com/docs/qstash/features/security',
  proof: { kind: 'sdk', package: '@upstash/qstash' },
  signature: {
    algorithm: {
      kind: 'jwt',
      algorithms: ['HS256'],
      bodyClaim: { path: 'body', form: 'sha256-base64url' },
      claims: [{ path: 'iss', equals: 'Upstash' }, { path: 'sub', url: true }, { path: 'exp' }],
    },
    place: header('upstash-signature'),
  },
  deliveryId: header('upstash-message-id'),
};

/** Gateways and queues that pass webhooks and messages on. */
export const relayProviders: readonly ShippedProvider[] = [hookdeck, qstash];
