import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json } from './scheme-parts.js';

/**
 * EasyPost's library normalizes the secret (NFKD) and writes whole weights with `.0` before it
 * hashes, as EasyPost's own program does; we hash what arrived, and a secret beyond ASCII must be
 * given in that form.
 */
export const easypost: ShippedProvider = {
  name: 'easypost',
  title: 'EasyPost',
  docs: 'https://docs.easypost.com/guides/webhooks-guide#hmac-validation',
  proof: { kind: 'sdk', package: '@easypost/api' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('x-hmac-signature'), prefix: 'hmac-sha256-hex=' },
    signed: '{body}',
  },
  deliveryId: json('id'),
  eventType: [json('description')],
  eventTime: { place: json('created_at'), unit: 'iso' },
};
