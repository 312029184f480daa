import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, within } from './scheme-parts.js';

const intercom: ShippedProvider = {
  name: 'intercom',
  title: 'Intercom',
  docs: 'https://developers.intercom.com/docs/webhooks/setting-up-webhooks',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha1'),
    encoding: 'hex',
    place: { ...header('x-hub-signature'), prefix: 'sha1=' },
    signed: '{body}',
  },
  deliveryId: json('id'),
  eventType: [json('topic')],
  eventTime: { place: json('created_at'), unit: 'seconds' },
  handshakes: [{ method: 'HEAD', answer: {} }],
};

const zendesk: ShippedProvider = {
  name: 'zendesk',
  title: 'Zendesk',
  docs: 'https://developer.zendesk.com/documentation/webhooks/verifying/',
  proof: { kind: 'independent', package: 'n8n-nodes-base' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header('x-zendesk-webhook-signature'),
    signed: '{timestamp}{body}',
    timestamp: within(600, header('x-zendesk-webhook-signature-timestamp'), 'iso'),
  },
  deliveryId: header('x-zendesk-webhook-invocation-id'),
  eventType: [json('type')],
  eventTime: { place: json('time'), unit: 'iso' },
};

const eventOfHubspot = {
  docs: 'https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests',
  proof: { kind: 'sdk', package: '@hubspot/api-client' },
  deliveryId: json('0.eventId'),
  eventType: [json('0.subscriptionType')],
  eventTime: { place: json('0.occurredAt'), unit: 'milliseconds' },
} as const;

/** HubSpot's third version, the only one that signs a time: take it where HubSpot sends it. */
const hubspot: ShippedProvider = {
  ...eventOfHubspot,
  eventType: [...eventOfHubspot.eventType],
  name: 'hubspot',
  title: 'HubSpot (signature v3)',
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header('x-hubspot-signature-v3'),
    signed: '{method}{url}{body}{timestamp}',
    timestamp: within(300, header('x-hubspot-request-timestamp'), 'milliseconds'),
  },
};

/** HubSpot's older versions say in a header which they are. */
function olderHubspot(version: 'v1' | 'v2', signed: string): ShippedProvider {
  return {
    ...eventOfHubspot,
    eventType: [...eventOfHubspot.eventType],
    name: `hubspot-${version}`,
    title: `HubSpot (signature ${version})`,
    signature: {
      algorithm: { kind: 'hash', hash: 'sha256' },
      encoding: 'hex',
      place: header('x-hubspot-signature'),
      signed,
      requires: [{ at: header('x-hubspot-signature-version'), equals: version }],
    },
  };
}

/** Linear writes the time into the body that it signs. */
const linear: ShippedProvider = {
  name: 'linear',
  title: 'Linear',
  docs: 'https://linear.app/developers/webhooks#securing-webhooks',
  proof: { kind: 'sdk', package: '@linear/sdk' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('linear-signature'),
    signed: '{body}',
    timestamp: within(60, json('webhookTimestamp'), 'milliseconds'),
  },
  deliveryId: header('linear-delivery'),
  eventType: [json('type'), header('linear-event')],
  eventTime: { place: json('createdAt'), unit: 'iso' },
};

const typeform: ShippedProvider = {
  name: 'typeform',
  title: 'Typeform',
  docs: 'https://www.typeform.com/developers/webhooks/secure-your-webhooks/',
  proof: { kind: 'independent', package: 'n8n-nodes-base' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: { ...header('typeform-signature'), prefix: 'sha256=' },
    signed: '{body}',
  },
  deliveryId: json('event_id'),
  eventType: [json('event_type')],
  eventTime: { place: json('form_response.submitted_at'), unit: 'iso' },
};

/** Customers: their questions, forms and sales. */
export const customerProviders: readonly ShippedProvider[] = [
  hubspot,
  olderHubspot('v1', '{secret}{body}'),
  olderHubspot('v2', '{secret}{method}{url}{body}'),
  intercom,
  linear,
  typeform,
  zendesk,
];
