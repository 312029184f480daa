import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json } from './scheme-parts.js';
import { standardWebhooks } from './standard-webhooks.js';

/** Square signs its own spelling of the address: give the one that was typed in there. */
const square: ShippedProvider = {
  name: 'square',
  title: 'Square',
  docs: 'https://developer.squareup.com/docs/webhooks/step3validate',
  proof: { kind: 'sdk', package: 'square' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header('x-square-hmacsha256-signature'),
    signed: '{url}{body}',
  },
  deliveryId: json('event_id'),
  eventType: [json('type')],
  eventTime: { place: json('created_at'), unit: 'iso' },
};

const coinbaseCommerce: ShippedProvider = {
  name: 'coinbase-commerce',
  title: 'Coinbase Commerce',
  docs: 'https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security',
  proof: { kind: 'sdk', package: 'coinbase-commerce-node' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-cc-webhook-signature'),
    signed: '{body}',
  },
  deliveryId: json('event.id'),
  eventType: [json('event.type')],
  eventTime: { place: json('event.created_at'), unit: 'iso' },
};

/** Whether Cashfree signs anew when it sends again is not said, so a day is allowed. */
const cashfree: ShippedProvider = {
  name: 'cashfree',
  title: 'Cashfree',
  docs: 'https://www.cashfree.com/docs/payments/online/webhooks/signature-verification',
  proof: { kind: 'sdk', package: 'cashfree-pg' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header('x-webhook-signature'),
    signed: '{timestamp}{body}',
    timestamp: {
      place: header('x-webhook-timestamp'),
      unit: 'milliseconds',
      pastSeconds: 86_400,
      futureSeconds: 300,
    },
  },
  deliveryId: header('x-idempotency-key'),
  eventType: [json('type')],
  eventTime: { place: json('event_time'), unit: 'iso' },
};

/** The key of Paystack is the secret key of the API itself. */
const paystack: ShippedProvider = {
  name: 'paystack',
  title: 'Paystack',
  docs: 'https://paystack.com/docs/payments/webhooks/#signature-validation',
  proof: { kind: 'independent', package: 'medusa-payment-paystack' },
  signature: {
    algorithm: hmac('sha512'),
    encoding: 'hex',
    place: header('x-paystack-signature'),
    signed: '{body}',
  },
  eventType: [json('event')],
};

const dodoPayments: ShippedProvider = {
  ...standardWebhooks,
  name: 'dodo-payments',
  title: 'Dodo Payments',
  docs: 'https://docs.dodopayments.com/developer-resources/webhooks',
  proof: { kind: 'sdk', package: 'dodopayments' },
};

const lemonSqueezy: ShippedProvider = {
  name: 'lemon-squeezy',
  title: 'Lemon Squeezy',
  docs: 'https://docs.lemonsqueezy.com/help/webhooks/signing-requests',
  proof: { kind: 'independent', package: 'lemonsqueezy-webhooks' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-signature'),
    signed: '{body}',
  },
  eventType: [header('x-event-name'), json('meta.event_name')],
  eventTime: { place: json('data.attributes.updated_at'), unit: 'iso' },
};

/** Shops' tills and checkouts. */
export const checkoutProviders: readonly ShippedProvider[] = [
  cashfree,
  coinbaseCommerce,
  dodoPayments,
  lemonSqueezy,
  paystack,
  square,
];
