import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, pair, within } from './scheme-parts.js';

const coinify: ShippedProvider = {
  name: 'coinify',
  title: 'Coinify',
  docs: 'https://coinify.readme.io/docs/webhook-signature',
  proof: { kind: 'vector', url: 'https://coinify.readme.io/docs/webhook-signature' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-coinify-webhook-signature'),
    signed: '{body}',
  },
  deliveryId: json('id'),
  eventType: [json('event')],
  eventTime: { place: json('time'), unit: 'iso' },
};

/** A delivery that is sent again has its own id and names the first one's. */
const btcpay: ShippedProvider = {
  name: 'btcpay',
  title: 'BTCPay Server',
  docs: 'https://docs.btcpayserver.org/API/Greenfield/v1/#tag/Webhooks',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('btcpay-sig'), prefix: 'sha256=' },
    signed: '{body}',
  },
  deliveryId: json('originalDeliveryId'),
  eventType: [json('type')],
  eventTime: { place: json('timestamp'), unit: 'seconds' },
};

const moonpay: ShippedProvider = {
  name: 'moonpay',
  title: 'MoonPay',
  docs: 'https://dev.moonpay.com/reference/reference-webhooks-signature',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: pair('moonpay-signature-v2', 's'),
    signed: '{timestamp}.{body}',
    timestamp: within(300, pair('moonpay-signature-v2', 't')),
  },
  eventType: [json('type')],
};

/** Payments in coins without a bank. */
export const coinProviders: readonly ShippedProvider[] = [btcpay, coinify, moonpay];
