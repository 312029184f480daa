import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, pair } from './scheme-parts.js';

/**
 * Paddle allows 5 seconds and signs each try anew. How far its clock may run ahead is not said; its
 * library asks nothing there.
 */
const paddle: ShippedProvider = {
  name: 'paddle',
  title: 'Paddle Billing',
  docs: 'https://developer.paddle.com/webhooks/signature-verification',
  proof: { kind: 'sdk', package: '@paddle/paddle-node-sdk' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...pair('paddle-signature', 'h1'), separator: ';' },
    signed: '{timestamp}:{body}',
    timestamp: {
      place: { ...pair('paddle-signature', 'ts'), separator: ';' },
      unit: 'seconds',
      pastSeconds: 5,
      futureSeconds: 300,
    },
  },
  deliveryId: json('event_id'),
  eventType: [json('event_type')],
  eventTime: { place: json('occurred_at'), unit: 'iso' },
};

/**
 * Braintree posts a form whose one field is signed, and holds XML in base64. The key is the SHA-1
 * of the private key; the public key only says which private one that is.
 */
const braintree: ShippedProvider = {
  name: 'braintree',
  title: 'Braintree',
  docs: 'https://developer.paypal.com/braintree/docs/guides/webhooks/parse/node',
  proof: { kind: 'sdk', package: 'braintree' },
  settings: {
    publicKey: {
      description: 'The public key of the API keys, which the answer to a challenge names.',
      required: true,
    },
  },
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha1', keyForm: 'sha1-of-text' },
    encoding: 'hex',
    place: { kind: 'form', field: 'bt_signature', separator: '&', afterLast: '|' },
    signed: ['{form:bt_payload}', '{form:bt_payload}\n'],
    bodyUnsigned: true,
  },
  document: { kind: 'form' },
  handshakes: [
    {
      method: 'GET',
      when: [{ at: { kind: 'query', name: 'bt_challenge' } }],
      answer: {
        text: {
          hmac: 'sha1',
          encoding: 'hex',
          of: '{query:bt_challenge}',
          prefix: '{setting:publicKey}|',
        },
      },
    },
  ],
};

const razorpay: ShippedProvider = {
  name: 'razorpay',
  title: 'Razorpay',
  docs: 'https://razorpay.com/docs/webhooks/validate-test/',
  proof: { kind: 'sdk', package: 'razorpay' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-razorpay-signature'),
    signed: '{body}',
  },
  deliveryId: header('x-razorpay-event-id'),
  eventType: [json('event')],
  eventTime: { place: json('created_at'), unit: 'seconds' },
};

/** GoCardless sends up to 250 events in one webhook; the first of them names it. */
const gocardless: ShippedProvider = {
  name: 'gocardless',
  title: 'GoCardless',
  docs: 'https://developer.gocardless.com/api-reference/#webhooks-signing-webhooks',
  proof: { kind: 'sdk', package: 'gocardless-nodejs' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('webhook-signature'),
    signed: '{body}',
  },
  deliveryId: json('meta.webhook_id'),
  eventType: [json('events.0.action')],
  eventTime: { place: json('events.0.created_at'), unit: 'iso' },
};

/**
 * Mercado Pago signs the id in the address and that of the request, and not the body: ask its API
 * about the id before you believe the rest. The id of the request is taken as that of the delivery,
 * so that nobody can send another body with a signature that was read once.
 */
const mercadoPago: ShippedProvider = {
  name: 'mercado-pago',
  title: 'Mercado Pago',
  docs: 'https://www.mercadopago.com.ar/developers/en/docs/your-integrations/notifications/webhooks',
  proof: { kind: 'sdk', package: 'mercadopago' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: pair('x-signature', 'v1'),
    signed: [
      'id:{lower-query:data.id};request-id:{header:x-request-id};ts:{timestamp};',
      'id:{query:data.id};request-id:{header:x-request-id};ts:{timestamp};',
    ],
    timestamp: {
      place: pair('x-signature', 'ts'),
      unit: 'seconds-or-milliseconds',
      // Whether a notification is signed anew when it is sent again is not said.
      pastSeconds: 86_400,
      futureSeconds: 300,
    },
    bodyUnsigned: true,
  },
  deliveryId: header('x-request-id'),
  eventType: [json('action'), json('type')],
  eventTime: { place: json('date_created'), unit: 'iso' },
};

/** Payments that people make with a card or from their bank. */
export const paymentGateways: readonly ShippedProvider[] = [
  braintree,
  gocardless,
  mercadoPago,
  paddle,
  razorpay,
];
