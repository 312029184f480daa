import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json } from './scheme-parts.js';

/** Cronofy's push notifications; the key is the client secret of the application. */
const cronofy: ShippedProvider = {
  name: 'cronofy',
  title: 'Cronofy',
  docs: 'https://docs.cronofy.com/developers/api/push-notifications/authentication/',
  proof: { kind: 'sdk', package: 'cronofy' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: { ...header('cronofy-hmac-sha256'), separator: ',' },
    signed: '{body}',
  },
  eventType: [json('notification.type')],
  eventTime: { place: json('notification.changes_since'), unit: 'iso' },
};

const kontentAi: ShippedProvider = {
  name: 'kontent-ai',
  title: 'Kontent.ai',
  docs: 'https://kontent.ai/learn/docs/webhooks',
  proof: { kind: 'sdk', package: '@kontent-ai/webhook-helper' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    // The second name is from when the product was called Kentico Kontent.
    place: header('x-kontent-ai-signature', 'x-kc-signature'),
    signed: '{body}',
  },
  eventType: [json('notifications.0.message.action')],
};

const mautic: ShippedProvider = {
  name: 'mautic',
  title: 'Mautic',
  docs: 'https://devdocs.mautic.org/en/latest/webhooks/getting_started.html',
  proof: { kind: 'independent', package: 'n8n-nodes-base' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header('webhook-signature'),
    signed: '{body}',
  },
};

/** The key of OpenNode is the API key, and only the id of the charge is signed. */
const openNode: ShippedProvider = {
  name: 'opennode',
  title: 'OpenNode',
  docs: 'https://developers.opennode.com/docs/webhooks',
  proof: { kind: 'sdk', package: 'opennode' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { kind: 'form', field: 'hashed_order' },
    signed: '{form:id}',
    bodyUnsigned: true,
  },
  eventType: [{ kind: 'form', field: 'status' }],
  document: { kind: 'form' },
};

/** The key of Smartcar is the Application Management Token. */
const smartcar: ShippedProvider = {
  name: 'smartcar',
  title: 'Smartcar',
  docs: 'https://smartcar.com/docs/api-reference/webhooks/payload-verification',
  proof: { kind: 'sdk', package: 'smartcar' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('sc-signature'),
    signed: '{body}',
  },
  deliveryId: json('eventId'),
  eventType: [json('eventType'), json('eventName')],
  eventTime: { place: json('meta.deliveredAt'), unit: 'iso' },
  // The challenge is answered with the HMAC that would sign a body of the same text, so a challenge
  // without a signature stays unanswered: anybody could have bodies of their own signed else.
  handshakes: [
    {
      method: 'POST',
      when: [{ at: json('eventType'), equals: 'VERIFY' }],
      answer: {
        json: { challenge: { hmac: 'sha256', encoding: 'hex', of: '{json:data.challenge}' } },
      },
    },
  ],
};

/** Products that tell what happens in them: calendars, content, campaigns, coins and cars. */
export const productProviders: readonly ShippedProvider[] = [
  cronofy,
  kontentAi,
  mautic,
  openNode,
  smartcar,
];
