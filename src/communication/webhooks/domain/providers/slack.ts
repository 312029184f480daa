import type { ShippedProvider } from '../provider-definition.js';

/** Slack's Events API, and its commands and interactive messages, which come as forms. */
export const slack: ShippedProvider = {
  name: 'slack',
  title: 'Slack',
  docs: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
  proof: { kind: 'sdk', package: '@slack/bolt' },
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'utf8' },
    encoding: 'hex',
    place: { kind: 'header', headers: ['x-slack-signature'], prefix: 'v0=' },
    signed: 'v0:{timestamp}:{body}',
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
  document: { kind: 'form-field', field: 'payload' },
  // https://docs.slack.dev/reference/events/url_verification
  handshakes: [
    {
      method: 'POST',
      when: [{ at: { kind: 'json', path: 'type' }, equals: 'url_verification' }],
      answer: { text: '{json:challenge}' },
    },
  ],
};
