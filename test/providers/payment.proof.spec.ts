import { createHash, generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { verifySignature } from 'gocardless-nodejs';
import { importSPKI, jwtVerify, SignJWT } from 'jose';
import { WebhookSignatureValidator } from 'mercadopago';
import ModernTreasury from 'modern-treasury';
import { WebhookEventVerifier } from '@onfido/api';
import { Paddle } from '@paddle/paddle-node-sdk';
import Razorpay from 'razorpay';
import { Webhook } from 'standardwebhooks';
import { handshakeReply } from '#communication/webhooks/domain/handshake.js';
import { schemeOf } from '#communication/webhooks/domain/providers/registry.js';
import { RequestReader } from '#communication/webhooks/domain/request-reader.js';
import { type Draft, hmacOf, post, textOf } from '../../tools/providers/message.ts';
import { type OutsideParty, succeeds } from './outside-party.js';
import { proveAll } from './prove-provider.js';
import { ourVerdict } from './signed-message.js';

const secret = 'q3Jd8sKe0aLw7fYxq3Jd8sKe0aLw7fYx';
const otherSecret = 'q3Jd8sKe0aLw7fYxq3Jd8sKe0aLw7fYy';
const own = { secret, otherSecret, signs: false } as const;

function headerParty(
  provider: string,
  name: string,
  party: Pick<OutsideParty, 'package' | 'accepts'> & Partial<OutsideParty>,
  prefix = '',
): OutsideParty {
  return {
    ...own,
    provider,
    sign: (draft) => post(draft, { [name]: prefix + hmacOf('sha256', secret, 'hex', draft.body) }),
    ...party,
  };
}

const load = createRequire(import.meta.url);

interface EasyPostLibrary {
  Utils: { validateWebhook(body: Buffer, headers: object, key: string): object };
}
// Its types do not say that the package is its class.
const EasyPostClient = load('@easypost/api') as new (key: string) => EasyPostLibrary;

const easypost = headerParty(
  'easypost',
  'x-hmac-signature',
  {
    package: '@easypost/api',
    accepts: ({ body, headers }, key) =>
      succeeds(() =>
        new EasyPostClient('key').Utils.validateWebhook(Buffer.from(body), headers, key),
      ),
  },
  'hmac-sha256-hex=',
);

const gocardless = headerParty('gocardless', 'webhook-signature', {
  package: 'gocardless-nodejs',
  accepts: ({ body, headers }, key) =>
    succeeds(() => {
      verifySignature(Buffer.from(body), key, headers['webhook-signature'] ?? '');
    }),
});

const treasury = new ModernTreasury({ apiKey: 'a', organizationID: 'b' });
const modernTreasury = headerParty('modern-treasury', 'x-signature', {
  package: 'modern-treasury',
  signs: true,
  sign: (draft) =>
    post(draft, { 'x-signature': treasury.webhooks.getSignature(textOf(draft), { key: secret }) }),
  accepts: (message, key) =>
    treasury.webhooks.validateSignature(textOf(message), message.headers, { key }),
});

const onfido = headerParty('onfido', 'x-sha2-signature', {
  package: '@onfido/api',
  accepts: ({ body, headers }, key) =>
    succeeds(() => {
      const signature = headers['x-sha2-signature'] ?? '';
      new WebhookEventVerifier(key).readPayload(Buffer.from(body), signature);
    }),
});

const razorpay = headerParty('razorpay', 'x-razorpay-signature', {
  package: 'razorpay',
  accepts: (message, key) => {
    const signature = message.headers['x-razorpay-signature'] ?? '';
    return Razorpay.validateWebhookSignature(textOf(message), signature, key);
  },
});

const paddleLibrary = new Paddle('key');
const paddle: OutsideParty = {
  ...own,
  provider: 'paddle',
  package: '@paddle/paddle-node-sdk',
  sign: (draft) => {
    const time = String(draft.nowMs / 1_000);
    const signature = hmacOf('sha256', secret, 'hex', `${time}:`, draft.body);
    return post(draft, { 'paddle-signature': `ts=${time};h1=${signature}` });
  },
  accepts: async ({ body, headers }, key) => {
    const items = (headers['paddle-signature'] ?? '').split(';').map((item) => item.trim());
    const [time] = items.filter((item) => item.startsWith('ts='));
    // The library takes the last of several signatures; each of them is asked about.
    const verdicts = items
      .filter((item) => item.startsWith('h1='))
      .map((item) => `${time};${item.toLowerCase()}`)
      .map((signed) => paddleLibrary.webhooks.isSignatureValid(textOf({ body }), key, signed));
    return (await Promise.all(verdicts)).includes(true);
  },
};

const mercadoPago: OutsideParty = {
  ...own,
  provider: 'mercado-pago',
  package: 'mercadopago',
  sign: (draft) => {
    const time = String(draft.nowMs / 1_000);
    const signed = `id:ord01jq4;request-id:req-1;ts:${time};`;
    return post(
      { ...draft, url: `${draft.url}?data.id=ORD01JQ4&type=order` },
      {
        'x-signature': `ts=${time},v1=${hmacOf('sha256', secret, 'hex', signed)}`,
        'x-request-id': 'req-1',
      },
    );
  },
  accepts: ({ url, headers }, key) =>
    succeeds(() => {
      WebhookSignatureValidator.validate({
        xSignature: headers['x-signature'],
        xRequestId: headers['x-request-id'],
        // The library leaves the lower case, which the documentation asks for, to its caller.
        dataId: new URL(url).searchParams.get('data.id')?.toLowerCase(),
        secret: key,
      });
    }),
  meaning: ({ url, headers }) => {
    const id = new URL(url).searchParams.get('data.id')?.toLowerCase();
    const time = /(?:^|,)ts=(\d+)/.exec((headers['x-signature'] ?? '').replaceAll(' ', ''))?.[1];
    return `${id};${headers['x-request-id']};${time}`;
  },
};

const publicKey = 'public-key-1';
interface BraintreeGateway {
  webhookTesting: { sampleNotification(kind: string, id: string): Record<string, string> };
  webhookNotification: {
    parse(signature: string, payload: string): Promise<object>;
    verify(challenge: string): string;
  };
}
// The package has no types.
const { BraintreeGateway, Environment } = load('braintree') as {
  BraintreeGateway: new (options: object) => BraintreeGateway;
  Environment: { Sandbox: object };
};

function braintreeGateway(privateKey: string): BraintreeGateway {
  const keys = { merchantId: 'merchant-1', publicKey, privateKey };
  return new BraintreeGateway({ environment: Environment.Sandbox, ...keys });
}

function fieldsOf(message: Pick<Draft, 'body'>): Record<string, string> {
  // The first of a name, as we read it.
  return Object.fromEntries([...new URLSearchParams(textOf(message))].reverse());
}

const braintree: OutsideParty = {
  provider: 'braintree',
  package: 'braintree',
  signs: true,
  secret,
  otherSecret,
  settings: { publicKey },
  bodies: ['subscription_canceled', 'dispute_opened', 'check'],
  sign: (draft) => {
    const { webhookTesting } = braintreeGateway(secret);
    const form = new URLSearchParams(webhookTesting.sampleNotification(textOf(draft), 'id-1'));
    const type = 'application/x-www-form-urlencoded';
    return post({ ...draft, body: Buffer.from(form.toString()) }, { 'content-type': type });
  },
  accepts: async (message, key) => {
    const { bt_signature: list = '', bt_payload: payload = '' } = fieldsOf(message);
    const verdicts = list.split('&').map((item) => {
      // The public key names the private one and proves nothing, so it is ours here.
      const signature = item.slice(item.lastIndexOf('|') + 1).toLowerCase();
      const { webhookNotification } = braintreeGateway(key);
      return succeeds(() => webhookNotification.parse(`${publicKey}|${signature}`, payload));
    });
    return (await Promise.all(verdicts)).includes(true);
  },
  // Braintree signs the payload with a line feed behind it or without.
  meaning: (message) => String(fieldsOf(message).bt_payload).trimEnd(),
};

const brexKey = (last: string) => Buffer.from(`0123456789abcdefghijklm${last}`).toString('base64');
const brex: OutsideParty = {
  provider: 'brex',
  package: 'standardwebhooks',
  signs: true,
  secret: brexKey('n'),
  otherSecret: brexKey('o'),
  sign: (draft) =>
    post(draft, {
      'webhook-id': 'msg_2Kj',
      'webhook-timestamp': String(draft.nowMs / 1_000),
      'webhook-signature': new Webhook(brexKey('n')).sign(
        'msg_2Kj',
        new Date(draft.nowMs),
        textOf(draft),
      ),
    }),
  accepts: (message, key) =>
    succeeds(() => new Webhook(key).verify(textOf(message), message.headers)),
};

function p256() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { privateKey, pem: String(publicKey.export({ format: 'pem', type: 'spki' })) };
}
const plaidKey = p256();

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** With jose, as Plaid's documentation does it. */
const plaid: OutsideParty = {
  provider: 'plaid',
  package: 'jose',
  signs: true,
  secret: plaidKey.pem,
  otherSecret: p256().pem,
  bodies: 'bytes',
  sign: async (draft) => {
    const token = await new SignJWT({ request_body_sha256: sha256(draft.body) })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: 'key-1' })
      .setIssuedAt(draft.nowMs / 1_000)
      .sign(plaidKey.privateKey);
    return post(draft, { 'plaid-verification': token });
  },
  accepts: ({ headers, body }, key) =>
    succeeds(async () => {
      const options = { algorithms: ['ES256'], maxTokenAge: '5 min', clockTolerance: 5 };
      const token = headers['plaid-verification'] ?? '';
      const { payload } = await jwtVerify(token, await importSPKI(key, 'ES256'), options);
      if (payload.request_body_sha256 !== sha256(body)) throw new Error('another body');
    }),
};

proveAll('payment.proof', [
  braintree,
  brex,
  easypost,
  gocardless,
  mercadoPago,
  modernTreasury,
  onfido,
  paddle,
  plaid,
  razorpay,
]);

it('answers the challenge of Braintree as its library does', () => {
  const url = 'https://hooks.example/hooks/src_1?bt_challenge=20f9f8ed05f77439fe955c977e4c8a53';
  const settings = { publicKey };
  const scheme = schemeOf('braintree', settings);
  const request = new RequestReader(
    { method: 'GET', url, headers: {}, body: new Uint8Array() },
    scheme.document,
  );
  const secrets = [{ id: 'sec_1', value: secret }];
  const reply = handshakeReply({ scheme, request, secrets, settings }, false);
  const expected = braintreeGateway(secret).webhookNotification.verify(
    '20f9f8ed05f77439fe955c977e4c8a53',
  );
  expect(reply?.answer).toMatchObject({ status: 200, body: expected });
});

it('reads the time of Mercado Pago in seconds and in milliseconds', () => {
  const nowMs = 1_790_000_000_000;
  for (const time of [String(nowMs / 1_000), String(nowMs)]) {
    const signed = `id:123;request-id:req-1;ts:${time};`;
    const headers = {
      'x-signature': `ts=${time},v1=${hmacOf('sha256', secret, 'hex', signed)}`,
      'x-request-id': 'req-1',
    };
    const draft = { url: 'https://hooks.example/?data.id=123', body: Buffer.from('{}'), nowMs };
    const source = { provider: 'mercado-pago', secret };
    expect(ourVerdict(source, post(draft, headers), nowMs)).toBe('verified');
    const later = nowMs + 90_000_000;
    expect(ourVerdict(source, post(draft, headers), later)).toBe('timestamp-stale');
  }
});
