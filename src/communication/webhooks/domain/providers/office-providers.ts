import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, pair, within } from './scheme-parts.js';

/** Notion sends its token once, unsigned; a person reads it there and types it in at Notion. */
const notion: ShippedProvider = {
  name: 'notion',
  title: 'Notion',
  docs: 'https://developers.notion.com/reference/webhooks',
  proof: { kind: 'sdk', package: '@notionhq/client' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('x-notion-signature'), prefix: 'sha256=' },
    signed: '{body}',
  },
  deliveryId: json('id'),
  eventType: [json('type')],
  eventTime: { place: json('timestamp'), unit: 'iso' },
  handshakes: [
    {
      method: 'POST',
      when: [{ at: json('verification_token') }],
      signed: false,
      answer: {},
      action: { kind: 'keep', value: json('verification_token') },
    },
  ],
};

/** Asana makes up the secret: it comes in the first request, and goes back in its answer. */
const asana: ShippedProvider = {
  name: 'asana',
  title: 'Asana',
  docs: 'https://developers.asana.com/docs/webhooks-guide',
  proof: { kind: 'independent', package: 'n8n-nodes-base' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-hook-signature'),
    signed: '{body}',
  },
  eventType: [json('events.0.resource.resource_type')],
  eventTime: { place: json('events.0.created_at'), unit: 'iso' },
  handshakes: [
    {
      method: 'POST',
      when: [{ at: header('x-hook-secret') }],
      signed: false,
      answer: { headers: { 'x-hook-secret': '{header:x-hook-secret}' } },
      action: { kind: 'keep', value: header('x-hook-secret') },
    },
  ],
};

/** Trello signs the address too, as it was given; it asks with HEAD whether that answers. */
const trello: ShippedProvider = {
  name: 'trello',
  title: 'Trello',
  docs: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/#webhook-signatures',
  proof: { kind: 'independent', package: 'n8n-nodes-base' },
  signature: {
    algorithm: hmac('sha1'),
    encoding: 'base64',
    place: header('x-trello-webhook'),
    signed: '{body}{url}',
  },
  deliveryId: json('action.id'),
  eventType: [json('action.type')],
  eventTime: { place: json('action.date'), unit: 'iso' },
  handshakes: [{ method: 'HEAD', answer: {} }],
};

const calendly: ShippedProvider = {
  name: 'calendly',
  title: 'Calendly',
  docs: 'https://developer.calendly.com/api-docs/ZG9jOjM2MzE2MDM4-webhook-signatures',
  proof: { kind: 'independent', package: 'n8n-nodes-base' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: pair('calendly-webhook-signature', 'v1'),
    signed: '{timestamp}.{body}',
    timestamp: within(180, pair('calendly-webhook-signature', 't')),
  },
  eventType: [json('event')],
  eventTime: { place: json('created_at'), unit: 'iso' },
};

/** DocuSign Connect signs with each of its keys, and numbers the headers. */
const docusign: ShippedProvider = {
  name: 'docusign',
  title: 'DocuSign Connect',
  docs: 'https://developers.docusign.com/platform/webhooks/connect/hmac/',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header(...Array.from({ length: 10 }, (_, index) => `x-docusign-signature-${index + 1}`)),
    signed: '{body}',
  },
  eventType: [json('event')],
  eventTime: { place: json('generatedDateTime'), unit: 'iso' },
};

/** Dropbox says only who changed something, never what. */
const dropbox: ShippedProvider = {
  name: 'dropbox',
  title: 'Dropbox',
  docs: 'https://www.dropbox.com/developers/reference/webhooks',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-dropbox-signature'),
    signed: '{body}',
  },
  handshakes: [
    {
      method: 'GET',
      when: [{ at: { kind: 'query', name: 'challenge' } }],
      answer: {
        headers: { 'x-content-type-options': 'nosniff' },
        text: '{query:challenge}',
      },
    },
  ],
};

/** Box signs with two keys, so that one may be changed while the other still counts. */
const box: ShippedProvider = {
  name: 'box',
  title: 'Box',
  docs: 'https://developer.box.com/guides/webhooks/v2/signatures-v2/',
  proof: { kind: 'sdk', package: 'box-node-sdk' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header('box-signature-primary', 'box-signature-secondary'),
    signed: '{body}{timestamp}',
    timestamp: within(600, header('box-delivery-timestamp'), 'iso'),
    requires: [
      { at: header('box-signature-version'), equals: '1' },
      { at: header('box-signature-algorithm'), equals: 'HmacSHA256' },
    ],
  },
  deliveryId: header('box-delivery-id'),
  eventType: [json('trigger')],
  eventTime: { place: json('created_at'), unit: 'iso' },
};

const pandadoc: ShippedProvider = {
  name: 'pandadoc',
  title: 'PandaDoc',
  docs: 'https://developers.pandadoc.com/docs/webhook-verification',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { kind: 'query', name: 'signature' },
    signed: '{body}',
  },
  eventType: [json('0.event')],
};

/** Work, appointments and documents. */
export const officeProviders: readonly ShippedProvider[] = [
  asana,
  box,
  calendly,
  docusign,
  dropbox,
  notion,
  pandadoc,
  trello,
];
