import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, pair, within } from './scheme-parts.js';

const bodySHA256 = { place: { kind: 'query', name: 'bodySHA256' }, form: 'sha256-hex' } as const;

/**
 * Twilio signs the address and the sorted fields of a form; of other bodies the address holds the
 * hash. It may or may not have written the usual port into the address that it signed.
 */
const twilio: ShippedProvider = {
  name: 'twilio',
  title: 'Twilio',
  docs: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
  proof: { kind: 'sdk', package: 'twilio' },
  signature: {
    algorithm: hmac('sha1'),
    encoding: 'base64',
    place: header('x-twilio-signature'),
    signed: [
      '{url:without-port}{sorted-form}',
      '{url:with-port}{sorted-form}',
      { template: '{url:without-port}', bodyHash: bodySHA256 },
      { template: '{url:with-port}', bodyHash: bodySHA256 },
    ],
  },
  deliveryId: header('i-twilio-idempotency-token'),
  eventType: [
    { kind: 'form', field: 'MessageStatus' },
    { kind: 'form', field: 'CallStatus' },
  ],
  document: { kind: 'form' },
};

/** Vonage's messages and voice: a token that holds the hash of the body. */
const vonage: ShippedProvider = {
  name: 'vonage',
  title: 'Vonage',
  docs: 'https://developer.vonage.com/en/getting-started/concepts/webhooks',
  proof: { kind: 'sdk', package: '@vonage/jwt' },
  signature: {
    algorithm: {
      kind: 'jwt',
      algorithms: ['HS256'],
      bodyClaim: { path: 'payload_hash', form: 'sha256-hex' },
      maxAgeSeconds: 300,
      leewaySeconds: 5,
    },
    place: { kind: 'authorization', scheme: 'Bearer' },
  },
  deliveryId: json('message_uuid'),
  eventType: [json('status'), json('message_type')],
  eventTime: { place: json('timestamp'), unit: 'iso' },
};

const messageBird: ShippedProvider = {
  name: 'messagebird',
  title: 'MessageBird',
  docs: 'https://developers.messagebird.com/api/#verifying-http-requests',
  proof: { kind: 'sdk', package: 'messagebird' },
  signature: {
    algorithm: {
      kind: 'jwt',
      algorithms: ['HS256', 'HS384', 'HS512'],
      bodyClaim: { path: 'payload_hash', form: 'sha256-hex' },
      urlClaim: { path: 'url_hash', form: 'sha256-hex' },
      claims: [{ path: 'iss', equals: 'MessageBird' }, { path: 'jti' }],
      leewaySeconds: 5,
    },
    place: header('messagebird-signature-jwt'),
  },
  deliveryId: json('id'),
  eventType: [json('type'), json('event')],
};

const telnyx: ShippedProvider = {
  name: 'telnyx',
  title: 'Telnyx',
  docs: 'https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks',
  proof: { kind: 'sdk', package: 'telnyx' },
  signature: {
    algorithm: { kind: 'ed25519' },
    encoding: 'base64',
    place: header('telnyx-signature-ed25519'),
    signed: '{timestamp}|{body}',
    timestamp: within(300, header('telnyx-timestamp')),
  },
  deliveryId: json('data.id'),
  eventType: [json('data.event_type')],
  eventTime: { place: json('data.occurred_at'), unit: 'iso' },
};

/** Plivo's third version, for callbacks that are forms; the nonce keeps two of them apart. */
const plivo: ShippedProvider = {
  name: 'plivo',
  title: 'Plivo',
  docs: 'https://www.plivo.com/docs/voice/concepts/signature-validation',
  proof: { kind: 'sdk', package: 'plivo' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: { ...header('x-plivo-signature-v3'), separator: ',' },
    signed: '{url:sorted}{sorted-form:repeated}.{header:x-plivo-signature-v3-nonce}',
  },
  deliveryId: header('x-plivo-signature-v3-nonce'),
  eventType: [
    { kind: 'form', field: 'Event' },
    { kind: 'form', field: 'Status' },
  ],
  document: { kind: 'form' },
};

/** Retell's phone agents: the time stands behind the body. */
const retell: ShippedProvider = {
  name: 'retell',
  title: 'Retell AI',
  docs: 'https://docs.retellai.com/features/secure-webhook',
  proof: { kind: 'sdk', package: 'retell-sdk' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: pair('x-retell-signature', 'd'),
    signed: '{body}{timestamp}',
    timestamp: within(300, pair('x-retell-signature', 'v'), 'milliseconds'),
  },
  eventType: [json('event')],
};

/** Calls and text messages. */
export const telephonyProviders: readonly ShippedProvider[] = [
  messageBird,
  plivo,
  retell,
  telnyx,
  twilio,
  vonage,
];
