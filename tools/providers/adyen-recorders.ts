import { post, textOf } from './message.ts';
import { jsonBodies, type Recorder } from './recorder.ts';

interface AdyenValidator {
  calculateHmac(item: object | string, key: string): string;
  validateHMAC(item: object, key: string): boolean;
  validateHMACSignature(key: string, signature: string, body: string): boolean;
}
const own = {
  bodies: jsonBodies,
  signs: true,
  secret: '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
  otherSecret: '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA057',
};
const adyenFile = '@adyen/api-library/lib/src/utils/hmacValidator.js';

function adyenValidator(library: Readonly<Record<string, unknown>>): AdyenValidator {
  return new (library.default as new () => AdyenValidator)();
}

interface AdyenNotification {
  notificationItems: { NotificationRequestItem: object }[];
}

function adyenItem(message: { readonly body: Uint8Array }): object {
  const { notificationItems } = JSON.parse(textOf(message)) as AdyenNotification;
  return notificationItems[0]?.NotificationRequestItem ?? {};
}

const adyenFields = {
  pspReference: '7914073381342284',
  originalReference: '',
  merchantAccountCode: 'TestMerchant',
  merchantReference: 'TestPayment-1407325143704',
  amount: { value: 1130, currency: 'EUR' },
  eventCode: 'AUTHORISATION',
  success: 'true',
};

function adyenBody(fields: object): string {
  const item = { NotificationRequestItem: { ...adyenFields, ...fields } };
  return JSON.stringify({ live: 'false', notificationItems: [item] });
}

const adyen: Recorder = {
  ...own,
  provider: 'adyen',
  package: '@adyen/api-library',
  file: adyenFile,
  bodies: [adyenBody({}), adyenBody({ merchantReference: 'Zoë:1', originalReference: '88' })],
  sign: (library, draft) => {
    const item = adyenItem(draft);
    const hmacSignature = adyenValidator(library).calculateHmac(item, own.secret);
    const body = adyenBody({ ...item, additionalData: { hmacSignature } });
    const headers = { 'content-type': 'application/json' };
    return post({ ...draft, body: Buffer.from(body) }, headers);
  },
  accepts: (library, message, key) => adyenValidator(library).validateHMAC(adyenItem(message), key),
};

const adyenPlatforms: Recorder = {
  ...own,
  provider: 'adyen-platforms',
  package: '@adyen/api-library',
  file: adyenFile,
  sign: (library, draft) => {
    const signature = adyenValidator(library).calculateHmac(textOf(draft), own.secret);
    return post(draft, { hmacsignature: signature });
  },
  accepts: (library, message, key) =>
    adyenValidator(library).validateHMACSignature(
      key,
      message.headers.hmacsignature ?? '',
      textOf(message),
    ),
};

/** Recorders of Adyen's library, which knows two ways to sign. */
export const adyenRecorders: readonly Recorder[] = [adyen, adyenPlatforms];
