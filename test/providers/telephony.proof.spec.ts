import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { verifySignature } from '@vonage/jwt';
import { type JWTPayload, SignJWT } from 'jose';
import twilio from 'twilio';
import { hmacOf, post, textOf, type Draft, type Message } from '../../tools/providers/message.ts';
import { type OutsideParty, succeeds } from './outside-party.js';
import { proveAll } from './prove-provider.js';

const secret = 'q3Jd8sKe0aLw7fYxq3Jd8sKe0aLw7fYx';
const otherSecret = 'q3Jd8sKe0aLw7fYxq3Jd8sKe0aLw7fYy';
const require = createRequire(import.meta.url);

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

type Fields = Record<string, string | string[]>;

function fieldsOf(message: { body: Uint8Array }): Fields {
  const params = new URLSearchParams(textOf(message));
  const names = [...new Set(params.keys())];
  return Object.fromEntries(
    names.map((name) => {
      // An array of the test's own realm, which the libraries ask for.
      const values = [...params.getAll(name)];
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

/** Names and values in order and joined, each value once: to Twilio `a=1` and `a1=` are the same. */
function formMeaning(message: Message): string {
  const sorted = Object.entries(fieldsOf(message))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, values]) => [...new Set([values].flat())].sort().map((each) => name + each));
  return message.url.replace(/:\d+(?=\/)/, '') + sorted.join('');
}

const twilioForm: OutsideParty = {
  provider: 'twilio',
  package: 'twilio',
  signs: true,
  secret,
  otherSecret,
  bodies: 'form',
  sign: (draft) =>
    post(draft, {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': twilio.getExpectedTwilioSignature(secret, draft.url, fieldsOf(draft)),
    }),
  accepts: (message, key) =>
    twilio.validateRequest(
      key,
      message.headers['x-twilio-signature'] ?? '',
      message.url,
      fieldsOf(message),
    ),
  meaning: formMeaning,
};

const twilioJson: OutsideParty = {
  ...twilioForm,
  bodies: 'text',
  sign: (draft) => {
    const url = `${draft.url}?bodySHA256=${sha256(draft.body)}&a=1`;
    const signature = twilio.getExpectedTwilioSignature(secret, url, {});
    const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature };
    return post({ ...draft, url }, headers);
  },
  accepts: (message, key) =>
    twilio.validateRequestWithBody(
      key,
      message.headers['x-twilio-signature'] ?? '',
      message.url,
      textOf(message),
    ),
  meaning: ({ url, body }) => url.replace(/:\d+(?=\/)/, '') + Buffer.from(body).toString('latin1'),
};

async function token(draft: Draft, claims: JWTPayload, key: string): Promise<string> {
  return new SignJWT({ ...claims, jti: 'jti_1' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(draft.nowMs / 1_000)
    .sign(Buffer.from(key));
}

const vonage: OutsideParty = {
  provider: 'vonage',
  package: '@vonage/jwt',
  signs: false,
  secret,
  otherSecret,
  bodies: 'bytes',
  sign: async (draft) => {
    const jwt = await token(draft, { payload_hash: sha256(draft.body), api_key: 'abc' }, secret);
    return post(draft, { authorization: `Bearer ${jwt}` });
  },
  accepts: ({ headers }, key) =>
    verifySignature((headers.authorization ?? '').replace(/^bearer +/i, ''), key),
};

interface MessageBirdLibrary {
  verify(url: string, body: Buffer, jwt: string, key: KeyObject): Promise<boolean>;
}
// The package has no types for this part.
const messageBirdLibrary = require('messagebird/lib/webhook-signature-jwt') as MessageBirdLibrary;

const messageBird: OutsideParty = {
  provider: 'messagebird',
  package: 'messagebird',
  signs: false,
  secret,
  otherSecret,
  bodies: 'bytes',
  sign: async (draft) => {
    const hashes = { url_hash: sha256(draft.url), payload_hash: sha256(draft.body) };
    const exp = draft.nowMs / 1_000 + 60;
    const jwt = await token(draft, { ...hashes, iss: 'MessageBird', exp }, secret);
    return post(draft, { 'messagebird-signature-jwt': jwt });
  },
  accepts: async ({ headers, url, body }, key) => {
    const jwt = headers['messagebird-signature-jwt'] ?? '';
    const sharedKey = createSecretKey(Buffer.from(key));
    return succeeds(() => messageBirdLibrary.verify(url, Buffer.from(body), jwt, sharedKey));
  },
  meaning: ({ url, body }) => url + Buffer.from(body).toString('latin1'),
};

interface PlivoLibrary {
  validateV3Signature(
    method: string,
    url: string,
    nonce: string,
    token: string,
    signature: string,
    params: Fields,
  ): boolean;
}
const plivoLibrary = require('plivo/dist/utils/v3Security') as PlivoLibrary;
const nonce = '05429567804466091622';

function plivoParams(message: { body: Uint8Array }): string {
  return [...new URLSearchParams(textOf(message))]
    .sort(([one, a], [other, b]) => (one === other ? (a < b ? -1 : 1) : one < other ? -1 : 1))
    .map(([name, value]) => name + value)
    .join('');
}

const plivo: OutsideParty = {
  provider: 'plivo',
  package: 'plivo',
  signs: false,
  secret,
  otherSecret,
  bodies: 'form',
  sign: (draft) => {
    const url = `${draft.url}?b=2&a=1`;
    const signed = `${draft.url}?a=1&b=2.${plivoParams(draft)}.${nonce}`;
    return post(
      { ...draft, url },
      {
        'x-plivo-signature-v3': `c2lnbmF0dXJl,${hmacOf('sha256', secret, 'base64', signed)}`,
        'x-plivo-signature-v3-nonce': nonce,
      },
    );
  },
  accepts: (message, key) =>
    plivoLibrary.validateV3Signature(
      message.method,
      message.url,
      message.headers['x-plivo-signature-v3-nonce'] ?? '',
      key,
      message.headers['x-plivo-signature-v3'] ?? '',
      fieldsOf(message),
    ),
  meaning: (message) => `${message.url}${plivoParams(message)}`,
};

const plivoWithoutQuery: OutsideParty = {
  ...plivo,
  sign: (draft) => {
    const signed = `${draft.url}?${plivoParams(draft)}.${nonce}`;
    const signature = hmacOf('sha256', secret, 'base64', signed);
    return post(draft, {
      'x-plivo-signature-v3': signature,
      'x-plivo-signature-v3-nonce': nonce,
    });
  },
};

proveAll('telephony.proof', [
  messageBird,
  plivo,
  plivoWithoutQuery,
  twilioForm,
  twilioJson,
  vonage,
]);
