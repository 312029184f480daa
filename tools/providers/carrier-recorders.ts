import { hmacOf, post, textOf } from './message.ts';
import { jsonBodies, otherTextSecret, type Recorder, textSecret } from './recorder.ts';

/** Carriers of calls and messages, by packages of their own. */

const own = { secret: textSecret, otherSecret: otherTextSecret, bodies: jsonBodies };

type SinchJudge = (secret: string, headers: object, body: string) => boolean;
const sinchPackage = {
  package: '@sinch/sdk-client',
  file: '@sinch/sdk-client/dist/utils/authorization.helper.js',
  alone: true,
} as const;

const sinch: Recorder = {
  ...own,
  ...sinchPackage,
  provider: 'sinch',
  signs: true,
  sign: (library, draft) => {
    const time = String(draft.nowMs / 1_000);
    const nonce = '01FJA8B4A7BM43YGWSG9GBV067';
    const joined = library.computeSignedData as (...texts: string[]) => string;
    const signed = library.calculateWebhookSignature as (text: string, secret: string) => string;
    return post(draft, {
      'x-sinch-webhook-signature': signed(joined(textOf(draft), nonce, time), textSecret),
      'x-sinch-webhook-signature-algorithm': 'HmacSHA256',
      'x-sinch-webhook-signature-nonce': nonce,
      'x-sinch-webhook-signature-timestamp': time,
    });
  },
  accepts: (library, message, secret) => {
    const judge = library.validateWebhookSignature as SinchJudge;
    return judge(secret, message.headers, textOf(message));
  },
};

const sinchNumbers: Recorder = {
  ...own,
  ...sinchPackage,
  provider: 'sinch-numbers',
  signs: false,
  sign: (_library, draft) =>
    post(draft, { 'x-sinch-signature': hmacOf('sha1', textSecret, 'hex', draft.body) }),
  accepts: (library, message, secret) => {
    const judge = library.validateSignatureHeader as SinchJudge;
    return judge(secret, message.headers, textOf(message));
  },
};

interface SignalwireLibrary {
  readonly getExpectedTwilioSignature: (token: string, url: string, fields: object) => string;
  readonly validateRequest: (
    ...given: [string, string | undefined, string, object, boolean]
  ) => boolean;
}

function fieldsOf(message: { readonly body: Uint8Array }): object {
  return Object.fromEntries(new URLSearchParams(textOf(message)));
}

const signalwire: Recorder = {
  ...own,
  provider: 'signalwire',
  package: '@signalwire/compatibility-api',
  file: '@signalwire/compatibility-api/lib/webhooks/webhooks.js',
  bodies: ['CallSid=CA1&CallStatus=ringing', 'From=%2B14155550100&Body=Hello+w%C3%B6rld&To='],
  signs: true,
  sign: (library, draft) => {
    const { getExpectedTwilioSignature } = library as unknown as SignalwireLibrary;
    const signature = getExpectedTwilioSignature(textSecret, draft.url, fieldsOf(draft));
    return post(draft, {
      'content-type': 'application/x-www-form-urlencoded',
      'x-signalwire-signature': signature,
    });
  },
  accepts: (library, message, secret) => {
    const { validateRequest } = library as unknown as SignalwireLibrary;
    const signature = message.headers['x-signalwire-signature'];
    return validateRequest(secret, signature, message.url, fieldsOf(message), true);
  },
};

export const carrierRecorders: readonly Recorder[] = [sinch, sinchNumbers, signalwire];
