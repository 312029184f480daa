import type { ShippedProvider } from '../provider-definition.js';
import { header, json } from './scheme-parts.js';

const item = 'notificationItems.0.NotificationRequestItem';
const signedFields = [
  `{json:${item}.pspReference}`,
  `{json?:${item}.originalReference}`,
  `{json:${item}.merchantAccountCode}`,
  `{json?:${item}.merchantReference}`,
  `{json:${item}.amount.value}`,
  `{json:${item}.amount.currency}`,
  `{json:${item}.eventCode}`,
  `{json:${item}.success}`,
];

/**
 * Adyen's standard webhooks: eight fields are signed, so the rest of the body is only as good as
 * the connection. The secret is hexadecimal. One webhook holds one item.
 */
const adyen: ShippedProvider = {
  name: 'adyen',
  title: 'Adyen payments',
  docs: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures',
  proof: { kind: 'sdk', package: '@adyen/api-library' },
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'hex' },
    encoding: 'base64',
    place: json(`${item}.additionalData.hmacSignature`),
    signed: signedFields.join(':'),
    bodyUnsigned: true,
  },
  eventType: [json(`${item}.eventCode`)],
  eventTime: { place: json(`${item}.eventDate`), unit: 'iso' },
};

/** Adyen's banking, platform and management webhooks: the whole body, signed in a header. */
const adyenPlatforms: ShippedProvider = {
  name: 'adyen-platforms',
  title: 'Adyen platforms, banking and management',
  docs: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures',
  proof: { kind: 'sdk', package: '@adyen/api-library' },
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'hex' },
    encoding: 'base64',
    place: header('hmacsignature'),
    signed: '{body}',
  },
  eventType: [json('type')],
  eventTime: { place: json('timestamp'), unit: 'iso' },
};

/** Adyen, whose two kinds of webhooks are signed differently. */
export const adyenProviders: readonly ShippedProvider[] = [adyen, adyenPlatforms];
