import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac } from './scheme-parts.js';

const formType = 'application/x-www-form-urlencoded';
const formTypes = [formType, `${formType}; charset=UTF-8`];

/**
 * WooCommerce sends an unsigned form with the id of the webhook when it is saved, and asks for an
 * answer of 2xx. Each try is a delivery of its own to it, with another id.
 */
export const woocommerce: ShippedProvider = {
  name: 'woocommerce',
  title: 'WooCommerce',
  docs: 'https://developer.woocommerce.com/docs/apis/rest-api/v3/webhooks/',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header('x-wc-webhook-signature'),
    signed: '{body}',
  },
  deliveryId: header('x-wc-webhook-delivery-id'),
  eventType: [header('x-wc-webhook-topic')],
  handshakes: formTypes.map((type) => ({
    method: 'POST',
    when: [
      { at: header('content-type'), equals: type },
      { at: { kind: 'form', field: 'webhook_id' } },
    ],
    signed: false,
    answer: {},
  })),
};
