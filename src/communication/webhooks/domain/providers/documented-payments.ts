import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, within } from './scheme-parts.js';

const unconfirmed = { kind: 'unconfirmed' } as const;
const paypalHosts = [
  'api.paypal.com',
  'api.sandbox.paypal.com',
  'api-m.paypal.com',
  'api-m.sandbox.paypal.com',
];

/**
 * PayPal signs a checksum of the body (CRC-32), for which somebody who has read a webhook can write
 * another body. The id of the transmission is signed too and taken as that of the delivery, so that
 * such a second one is a duplicate. The secret is the id of the webhook.
 */
const paypal: ShippedProvider = {
  name: 'paypal',
  title: 'PayPal',
  docs: 'https://developer.paypal.com/api/rest/webhooks/rest/',
  proof: unconfirmed,
  signature: {
    algorithm: { kind: 'rsa', hash: 'sha256', padding: 'pkcs1' },
    encoding: 'base64',
    place: header('paypal-transmission-sig'),
    signed: '{header:paypal-transmission-id}|{timestamp}|{secret}|{body:crc32}',
    timestamp: {
      place: header('paypal-transmission-time'),
      unit: 'iso',
      pastSeconds: 86_400,
      futureSeconds: 300,
    },
    remoteKeys: { kind: 'certificate', url: header('paypal-cert-url'), hosts: paypalHosts },
    requires: [{ at: header('paypal-auth-algo'), equals: 'SHA256withRSA' }],
  },
  deliveryId: header('paypal-transmission-id'),
  eventType: [json('event_type')],
  eventTime: { place: json('create_time'), unit: 'iso' },
};

/** The key is the text of the signature key, though it looks hexadecimal. */
const authorizeNet: ShippedProvider = {
  name: 'authorize-net',
  title: 'Authorize.Net',
  docs: 'https://developer.authorize.net/api/reference/features/webhooks.html',
  proof: unconfirmed,
  signature: {
    algorithm: hmac('sha512'),
    encoding: 'hex',
    place: { ...header('x-anet-signature'), prefix: 'sha512=' },
    signed: '{body}',
  },
  deliveryId: json('notificationId'),
  eventType: [json('eventType')],
  eventTime: { place: json('eventDate'), unit: 'iso' },
};

/** The webhooks to which one subscribes; those of a single payment are not signed. */
const mollie: ShippedProvider = {
  name: 'mollie',
  title: 'Mollie (next-gen webhooks)',
  docs: 'https://docs.mollie.com/reference/webhooks-best-practices',
  proof: unconfirmed,
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    // Some of its pages write `sha256=` before it, and some do not.
    place: { ...header('x-mollie-signature'), afterLast: '=' },
    signed: '{body}',
  },
  deliveryId: json('id'),
  eventType: [json('type')],
  eventTime: { place: json('createdAt'), unit: 'iso' },
};

const flutterwave: ShippedProvider = {
  name: 'flutterwave',
  title: 'Flutterwave (v4)',
  docs: 'https://developer.flutterwave.com/docs/webhooks',
  proof: unconfirmed,
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header('flutterwave-signature'),
    signed: '{body}',
  },
  deliveryId: json('webhook_id'),
  eventType: [json('type')],
};

const flutterwaveV3: ShippedProvider = {
  name: 'flutterwave-v3',
  title: 'Flutterwave (v3)',
  docs: 'https://developer.flutterwave.com/v3.0.0/docs/webhooks',
  proof: unconfirmed,
  signature: { algorithm: { kind: 'token' }, place: header('verif-hash'), bodyUnsigned: true },
  eventType: [json('event')],
};

const xendit: ShippedProvider = {
  name: 'xendit',
  title: 'Xendit',
  docs: 'https://docs.xendit.co/docs/handling-webhooks',
  proof: unconfirmed,
  signature: {
    algorithm: { kind: 'token' },
    place: header('x-callback-token'),
    bodyUnsigned: true,
  },
  deliveryId: header('webhook-id'),
  eventType: [json('event'), json('status')],
};

const checkoutCom: ShippedProvider = {
  name: 'checkout-com',
  title: 'Checkout.com',
  docs: 'https://www.checkout.com/docs/workflows',
  proof: unconfirmed,
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('cko-signature'),
    signed: '{body}',
  },
  deliveryId: json('id'),
  eventType: [json('type')],
  eventTime: { place: json('created_on'), unit: 'iso' },
};

const airwallex: ShippedProvider = {
  name: 'airwallex',
  title: 'Airwallex',
  docs: 'https://www.airwallex.com/docs/developer-tools/webhooks/listen-for-webhook-events',
  proof: unconfirmed,
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-signature'),
    signed: '{timestamp}{body}',
    timestamp: within(300, header('x-timestamp'), 'milliseconds'),
  },
  deliveryId: json('id'),
  eventType: [json('name')],
};

/** Payments whose schemes are documented, and which no code of somebody else has judged here. */
export const documentedPayments: readonly ShippedProvider[] = [
  airwallex,
  authorizeNet,
  checkoutCom,
  flutterwave,
  flutterwaveV3,
  mollie,
  paypal,
  xendit,
];
