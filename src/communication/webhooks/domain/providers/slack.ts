import type { ProviderScheme } from '../provider-scheme.js';
import { signedString } from '../signed-string.js';

/**
 * Slack's Events API, and its commands and interactive messages, which come as forms.
 *
 * Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export const slack: ProviderScheme = {
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'utf8' },
    encoding: 'hex',
    place: { kind: 'header', headers: ['x-slack-signature'], prefix: 'v0=' },
    signed: signedString('v0:{timestamp}:{body}'),
    timestamp: {
      place: { kind: 'header', headers: ['x-slack-request-timestamp'] },
      unit: 'seconds',
      pastSeconds: 300,
      futureSeconds: 300,
    },
  },
  deliveryId: { kind: 'json', path: 'event_id' },
  eventType: [
    { kind: 'json', path: 'event.type' },
    { kind: 'json', path: 'type' },
  ],
  eventTime: { place: { kind: 'json', path: 'event_time' }, unit: 'seconds' },
  formField: 'payload',
  handshake: { kind: 'echo-json', path: 'type', equals: 'url_verification', echo: 'challenge' },
};
