import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, within } from './scheme-parts.js';

/** Sinch's Conversation API; its secret is the one of the webhook. */
const sinch: ShippedProvider = {
  name: 'sinch',
  title: 'Sinch Conversation',
  docs: 'https://developers.sinch.com/docs/conversation/callbacks',
  proof: { kind: 'sdk', package: '@sinch/sdk-client' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header('x-sinch-webhook-signature'),
    signed: '{body}.{header:x-sinch-webhook-signature-nonce}.{timestamp}',
    timestamp: within(300, header('x-sinch-webhook-signature-timestamp')),
  },
  deliveryId: json('message.id'),
  eventTime: { place: json('event_time'), unit: 'iso' },
};

const sinchNumbers: ShippedProvider = {
  name: 'sinch-numbers',
  title: 'Sinch Numbers',
  docs: 'https://developers.sinch.com/docs/numbers/api-reference/numbers/number-order-callbacks',
  proof: { kind: 'sdk', package: '@sinch/sdk-client' },
  signature: {
    algorithm: hmac('sha1'),
    encoding: 'hex',
    place: header('x-sinch-signature'),
    signed: '{body}',
  },
  deliveryId: json('eventId'),
  eventType: [json('eventType')],
  eventTime: { place: json('timestamp'), unit: 'iso' },
};

/** SignalWire's interface that is compatible with Twilio's, with a header of its own. */
const signalwire: ShippedProvider = {
  name: 'signalwire',
  title: 'SignalWire (compatibility API)',
  docs: 'https://developer.signalwire.com/compatibility-api/guides/general/webhooks',
  proof: { kind: 'sdk', package: '@signalwire/compatibility-api' },
  signature: {
    algorithm: hmac('sha1'),
    encoding: 'base64',
    place: header('x-signalwire-signature', 'x-twilio-signature'),
    signed: ['{url:without-port}{sorted-form}', '{url:with-port}{sorted-form}'],
  },
  eventType: [
    { kind: 'form', field: 'MessageStatus' },
    { kind: 'form', field: 'CallStatus' },
  ],
  document: { kind: 'form' },
};

/** Carriers of calls and messages beside the large ones. */
export const carrierProviders: readonly ShippedProvider[] = [sinch, sinchNumbers, signalwire];
