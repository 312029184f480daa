import { Webhook } from 'standardwebhooks';
import { adyenRecorders } from './adyen-recorders.ts';
import { hmacOf, post, textOf } from './message.ts';
import { jsonBodies, otherTextSecret, type Recorder, textSecret } from './recorder.ts';

const own = {
  secret: textSecret,
  otherSecret: otherTextSecret,
  bodies: jsonBodies,
  signs: false,
} as const;

const square: Recorder = {
  ...own,
  provider: 'square',
  package: 'square',
  sign: (_library, draft) => {
    const signature = hmacOf('sha256', textSecret, 'base64', draft.url, draft.body);
    return post(draft, { 'x-square-hmacsha256-signature': signature });
  },
  accepts: (library, message, signatureKey) => {
    const helper = library.WebhooksHelper as {
      verifySignature(options: object): Promise<boolean>;
    };
    return helper.verifySignature({
      requestBody: textOf(message),
      signatureHeader: message.headers['x-square-hmacsha256-signature'] ?? '',
      signatureKey,
      notificationUrl: message.url,
    });
  },
};

const coinbase: Recorder = {
  ...own,
  provider: 'coinbase-commerce',
  package: 'coinbase-commerce-node',
  bodies: ['{"event":{"id":"1","type":"charge:created"}}', '{"event":{"data":{"name":"Zoë"}}}'],
  signs: true,
  sign: (library, draft) => {
    const webhook = library.Webhook as CoinbaseWebhook;
    const signature = webhook.computeSignature(textOf(draft), textSecret);
    return post(draft, { 'x-cc-webhook-signature': signature });
  },
  accepts: (library, message, key) => {
    const webhook = library.Webhook as CoinbaseWebhook;
    const signature = message.headers['x-cc-webhook-signature'] ?? '';
    webhook.verifyEventBody(textOf(message), signature, key);
    return true;
  },
};

interface CoinbaseWebhook {
  computeSignature(body: string, key: string): string;
  verifyEventBody(body: string, signature: string, key: string): object;
}

const orb: Recorder = {
  ...own,
  provider: 'orb',
  package: 'orb-billing',
  signs: true,
  sign: (library, draft) => {
    const time = new Date(draft.nowMs).toISOString().replace('Z', '');
    const { webhooks } = orbClient(library);
    const signature = webhooks.signPayload(textOf(draft), {
      timestamp: time,
      secret: Buffer.from(textSecret),
    });
    return post(draft, { 'x-orb-timestamp': time, 'x-orb-signature': signature });
  },
  accepts: (library, message, key) => {
    orbClient(library).webhooks.verifySignature(textOf(message), message.headers, key);
    return true;
  },
};

interface OrbClient {
  webhooks: {
    signPayload(body: string, options: object): string;
    verifySignature(body: string, headers: object, key: string): void;
  };
}

function orbClient(library: Readonly<Record<string, unknown>>): OrbClient {
  const Orb = library.Orb as new (options: object) => OrbClient;
  return new Orb({ apiKey: 'a', logLevel: 'off' });
}

const cashfree: Recorder = {
  ...own,
  provider: 'cashfree',
  package: 'cashfree-pg',
  sign: (_library, draft) => {
    const time = String(draft.nowMs);
    return post(draft, {
      'x-webhook-signature': hmacOf('sha256', textSecret, 'base64', time, draft.body),
      'x-webhook-timestamp': time,
    });
  },
  accepts: (library, message, key) => {
    const { prototype } = library.Cashfree as {
      prototype: { PGVerifyWebhookSignature(...texts: string[]): object };
    };
    prototype.PGVerifyWebhookSignature.call(
      { XClientSecret: key } as never,
      message.headers['x-webhook-signature'] ?? '',
      textOf(message),
      message.headers['x-webhook-timestamp'] ?? '',
    );
    return true;
  },
};

const whsec = {
  secret: `whsec_${Buffer.from('0123456789abcdefghijklmn').toString('base64')}`,
  otherSecret: `whsec_${Buffer.from('0123456789abcdefghijklmo').toString('base64')}`,
};

type Accepts = Recorder['accepts'];

/** Standard Webhooks, signed by the library of its authors and judged by that of the provider. */
function standard(
  provider: string,
  name: string,
  accepts: Accepts,
  more: Partial<Recorder> = {},
): Recorder {
  return {
    ...own,
    ...whsec,
    provider,
    package: name,
    sign: (_library, draft) => {
      const { secret } = { ...whsec, ...more };
      const key = secret.startsWith('whsec_') ? secret : Buffer.from(secret).toString('base64');
      const time = new Date(draft.nowMs);
      return post(draft, {
        'webhook-id': 'msg_2Kj',
        'webhook-timestamp': String(draft.nowMs / 1_000),
        'webhook-signature': new Webhook(key).sign('msg_2Kj', time, textOf(draft)),
      });
    },
    accepts,
    ...more,
  };
}

const lithic = standard('lithic', 'lithic', (library, message, key) => {
  const Lithic = library.Lithic as new (options: object) => {
    webhooks: { verifySignature(body: string, headers: object, key: string): void };
  };
  const client = new Lithic({ apiKey: 'a' });
  client.webhooks.verifySignature(textOf(message), message.headers, key);
  return true;
});

const polar = standard(
  'polar',
  '@polar-sh/sdk',
  async (library, message, key) => {
    const webhooks = library.webhooks as {
      validateEvent(body: string, headers: object, key: string): Promise<object>;
    };
    await webhooks.validateEvent(textOf(message), message.headers, key);
    return true;
  },
  {
    file: '@polar-sh/sdk/dist/2027-01/index.cjs',
    bodies: ['{"type":"order.created","data":{}}', '{"type":"order.paid","data":{"n":"Zoë"}}'],
    secret: textSecret,
    otherSecret: otherTextSecret,
  },
);

const dodo = standard('dodo-payments', 'dodopayments', (library, message, key) => {
  const Client = library.DodoPayments as new (options: object) => {
    webhooks: { unwrap(body: string, options: object): object };
  };
  const { webhooks } = new Client({ bearerToken: 'a' });
  webhooks.unwrap(textOf(message), { headers: message.headers, key });
  return true;
});

const chargebee: Recorder = {
  ...own,
  provider: 'chargebee',
  package: 'chargebee',
  file: 'chargebee/cjs/resources/webhook/auth.js',
  secret: 'hooks:q3Jd8sKe0aLw7fYx',
  otherSecret: 'hooks:q3Jd8sKe0aLw7fYy',
  sign: (_library, draft) => {
    const credentials = Buffer.from('hooks:q3Jd8sKe0aLw7fYx').toString('base64');
    return post(draft, { authorization: `Basic ${credentials}` });
  },
  accepts: async (library, { headers }, key) => {
    const validator = library.basicAuthValidator as (
      check: (user: string, password: string) => boolean,
    ) => (headers: object) => Promise<void>;
    await validator((user, password) => `${user}:${password}` === key)(headers);
    return true;
  },
};

const paystackData = { amount: 100, metadata: { session_id: 'ps_1' } };

const paystack: Recorder = {
  ...own,
  provider: 'paystack',
  package: 'medusa-payment-paystack',
  file: 'medusa-payment-paystack/dist/services/paystack-payment-processor.js',
  bodies: ['é', 'a b'].map((reference) =>
    JSON.stringify({ event: 'charge.success', data: { ...paystackData, reference } }),
  ),
  sign: (_library, draft) =>
    post(draft, { 'x-paystack-signature': hmacOf('sha512', textSecret, 'hex', draft.body) }),
  accepts: async (library, { body, headers }, key) => {
    const { prototype } = library.default as {
      prototype: { getWebhookActionAndData(this: object, webhook: object): Promise<Action> };
    };
    const webhook = { data: JSON.parse(textOf({ body })) as object, rawData: body, headers };
    const own = { configuration: { secret_key: key } };
    return (await prototype.getWebhookActionAndData.call(own, webhook)).action === 'authorized';
  },
};

interface Action {
  readonly action: string;
}

const lemonSqueezy: Recorder = {
  ...own,
  provider: 'lemon-squeezy',
  package: 'lemonsqueezy-webhooks',
  bodies: ['{"meta":{"event_name":"order_created"}}', '{"meta":{"event_name":"é"},"data":{}}'],
  sign: (_library, draft) =>
    post(draft, { 'x-signature': hmacOf('sha256', textSecret, 'hex', draft.body) }),
  accepts: async (library, { url, method, headers, body }, secret) => {
    const handler = library.whatwgWebhooksHandler as (options: object) => Promise<Response>;
    const request = new Request(url, { method, headers, body: Buffer.from(body) });
    const ignore = () => undefined;
    const answer = await handler({ secret, request, onData: ignore, onError: ignore });
    return answer.status === 200;
  },
};

/** Recorders of payment and banking libraries. */
export const financeRecorders: readonly Recorder[] = [
  ...adyenRecorders,
  cashfree,
  chargebee,
  coinbase,
  lithic,
  orb,
  paystack,
  polar,
  dodo,
  lemonSqueezy,
  square,
];
