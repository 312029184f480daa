import { createHash, createHmac } from 'node:crypto';
import { type Draft, hmacOf, post, textOf } from './message.ts';
import { jsonBodies, otherTextSecret, type Recorder, textSecret } from './recorder.ts';

/** Gateways, calendars, content, coins and cars, by packages of their own. */

const own = { secret: textSecret, otherSecret: otherTextSecret, bodies: jsonBodies };

function bodyHmac({ body }: Draft): string {
  return hmacOf('sha256', textSecret, 'base64', body);
}

interface HookdeckVerifier {
  verifyWebhookSignature(options: object): Promise<{ isValidSignature: boolean }>;
}

const hookdeck: Recorder = {
  ...own,
  provider: 'hookdeck',
  package: '@hookdeck/sdk',
  file: '@hookdeck/sdk/webhooks/helpers.js',
  alone: true,
  signs: false,
  sign: (_library, draft) => post(draft, { 'x-hookdeck-signature': bodyHmac(draft) }),
  accepts: async (library, message, signingSecret) => {
    const verifier = library as unknown as HookdeckVerifier;
    const rawBody = textOf(message);
    const { headers } = message;
    const verdict = await verifier.verifyWebhookSignature({ headers, rawBody, signingSecret });
    return verdict.isValidSignature;
  },
};

function token(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', textSecret).update(signed).digest('base64url')}`;
}

/** The claims of the token that the documentation shows, padding of the hash included. */
function qstashToken({ url, nowMs, body }: Draft): string {
  const now = nowMs / 1_000;
  return token({
    iss: 'Upstash',
    sub: url,
    exp: now + 300,
    nbf: now,
    iat: now,
    jti: 'jwt_67kxXD6UBAk7DqU6hzuHMDdXFXfP',
    body: `${createHash('sha256').update(body).digest('base64url')}=`,
  });
}

type QstashReceiver = new (keys: object) => { verify(request: object): Promise<boolean> };

const qstash: Recorder = {
  ...own,
  provider: 'qstash',
  package: '@upstash/qstash',
  signs: false,
  sign: (_library, draft) => post(draft, { 'upstash-signature': qstashToken(draft) }),
  accepts: (library, message, key) => {
    const Receiver = library.Receiver as QstashReceiver;
    const receiver = new Receiver({ currentSigningKey: key, nextSigningKey: key });
    const signature = message.headers['upstash-signature'];
    return receiver.verify({ signature, body: textOf(message), url: message.url });
  },
};

const cronofy: Recorder = {
  ...own,
  provider: 'cronofy',
  package: 'cronofy',
  signs: false,
  sign: (_library, draft) => {
    // Two of them are there while the secret of the application is changed.
    const other = hmacOf('sha256', otherTextSecret, 'base64', `old ${textOf(draft)}`);
    return post(draft, { 'cronofy-hmac-sha256': `${other},${bodyHmac(draft)}` });
  },
  accepts: (library, message, secret) => {
    const Cronofy = library as unknown as new (options: object) => {
      hmacValid(options: object): boolean;
    };
    return new Cronofy({ client_id: 'a', client_secret: secret }).hmacValid({
      hmac: message.headers['cronofy-hmac-sha256'],
      body: textOf(message),
    });
  },
};

interface KontentSignatures {
  getHashFromString(body: string, secret: string): string;
  isValidSignatureFromString(body: string, secret: string, signature: string): boolean;
}

const kontentAi: Recorder = {
  ...own,
  provider: 'kontent-ai',
  package: '@kontent-ai/webhook-helper',
  file: '@kontent-ai/webhook-helper/dist/cjs/signatures/signature-helper.class.js',
  alone: true,
  signs: true,
  sign: (library, draft) => {
    const signatures = library.signatureHelper as KontentSignatures;
    const signature = signatures.getHashFromString(textOf(draft), textSecret);
    return post(draft, { 'x-kontent-ai-signature': signature });
  },
  accepts: (library, message, secret) => {
    const signature = message.headers['x-kontent-ai-signature'] ?? '';
    const signatures = library.signatureHelper as KontentSignatures;
    return signatures.isValidSignatureFromString(textOf(message), secret, signature);
  },
};

function openNodeBody(id: string): Buffer {
  const hashed = hmacOf('sha256', textSecret, 'hex', id);
  const fields = { id, status: 'paid', price: '250000', fee: '2500', hashed_order: hashed };
  return Buffer.from(new URLSearchParams(fields).toString());
}

interface OpenNodeClient {
  verifySignature(charge: Record<string, string>): boolean;
}

const openNode: Recorder = {
  ...own,
  provider: 'opennode',
  package: 'opennode',
  bodies: ['47bb23a1-3e0c-4c6f-9a5d-9d8ec0d2a4a5', 'a+b %'],
  signs: false,
  sign: (_library, draft) =>
    post(
      { ...draft, body: openNodeBody(textOf(draft)) },
      { 'content-type': 'application/x-www-form-urlencoded' },
    ),
  accepts: (library, message, key) => {
    const Client = library.OpenNodeClient as new (key: string) => OpenNodeClient;
    const charge = Object.fromEntries(new URLSearchParams(textOf(message)));
    return new Client(key).verifySignature(charge);
  },
};

interface SmartcarSignatures {
  readonly hashChallenge: (token: string, challenge: string) => string;
  readonly verifyPayload: (token: string, signature: string | undefined, body: unknown) => boolean;
}

const smartcar: Recorder = {
  ...own,
  provider: 'smartcar',
  package: 'smartcar',
  signs: true,
  sign: (library, draft) => {
    const { hashChallenge } = library as unknown as SmartcarSignatures;
    return post(draft, { 'sc-signature': hashChallenge(textSecret, textOf(draft)) });
  },
  // The library writes the parsed body anew, so it takes bodies that were not signed: a body that
  // is written in another way is refused here in its name.
  accepts: (library, message, secret) => {
    const { verifyPayload } = library as unknown as SmartcarSignatures;
    const body: unknown = JSON.parse(textOf(message));
    if (JSON.stringify(body) !== textOf(message)) return false;
    return verifyPayload(secret, message.headers['sc-signature'], body);
  },
};

type ShopifyJudge = (config: object, body: string, hmac: string, form: string) => unknown;

const shopify: Recorder = {
  ...own,
  provider: 'shopify',
  package: '@shopify/shopify-api',
  file: '@shopify/shopify-api/dist/cjs/lib/utils/hmac-validator.js',
  signs: false,
  sign: (_library, draft) => post(draft, { 'x-shopify-hmac-sha256': bodyHmac(draft) }),
  accepts: (library, message, apiSecretKey) => {
    const judge = library.validateHmacString as ShopifyJudge;
    const hmac = message.headers['x-shopify-hmac-sha256'] ?? '';
    return judge({ apiSecretKey }, textOf(message), hmac, 'base64');
  },
};

export const platformRecorders: readonly Recorder[] = [
  hookdeck,
  qstash,
  cronofy,
  kontentAi,
  openNode,
  shopify,
  smartcar,
];
