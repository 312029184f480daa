import { createHmac, randomUUID } from 'node:crypto';
import { sign as signAsGitHub } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';

/** A webhook as its sender puts it on the wire. */
export interface SignedWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface SignOptions {
  readonly secret: string;
  readonly body: string;
  /** Where the provider sends an id beside the body. */
  readonly id?: string;
  /** When it was signed, where the provider signs a time. */
  readonly signedAtMs?: number;
}

type Signer = (options: Required<SignOptions>) => SignedWebhook | Promise<SignedWebhook>;

const json = { 'content-type': 'application/json' };

/** Each provider's own way to sign: its official package, or the scheme that its page describes. */
const signers = {
  github: async ({ secret, body, id }) => ({
    headers: {
      ...json,
      'x-github-event': 'push',
      'x-github-delivery': id,
      'x-hub-signature-256': await signAsGitHub(secret, body),
    },
    body: Buffer.from(body),
  }),
  stripe: ({ secret, body, signedAtMs }) => ({
    headers: {
      ...json,
      'stripe-signature': Stripe.webhooks.generateTestHeaderString({
        payload: body,
        secret,
        timestamp: seconds(signedAtMs),
      }),
    },
    body: Buffer.from(body),
  }),
  'standard-webhooks': ({ secret, body, id, signedAtMs }) => ({
    headers: {
      ...json,
      'webhook-id': id,
      'webhook-timestamp': String(seconds(signedAtMs)),
      'webhook-signature': new Webhook(secret).sign(id, new Date(signedAtMs), body),
    },
    body: Buffer.from(body),
  }),
  slack: ({ secret, body, signedAtMs }) => ({
    headers: {
      ...json,
      'x-slack-request-timestamp': String(seconds(signedAtMs)),
      'x-slack-signature': `v0=${hmacHex(secret, `v0:${seconds(signedAtMs)}:${body}`)}`,
    },
    body: Buffer.from(body),
  }),
  shopify: ({ secret, body, id }) => ({
    headers: {
      ...json,
      'x-shopify-topic': 'orders/create',
      'x-shopify-webhook-id': id,
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
    },
    body: Buffer.from(body),
  }),
  hmac: ({ secret, body, id }) => ({
    headers: { ...json, 'x-signature': hmacHex(secret, body), 'x-id': id },
    body: Buffer.from(body),
  }),
} as const satisfies Record<string, Signer>;

export type ProviderName = keyof typeof signers;

/** Settings that a source needs for the signer of the same name. */
export const hmacSettings = { header: 'x-signature', deliveryIdHeader: 'x-id' };

/** Signs a body as this provider does, now and with a fresh id unless said otherwise. */
export async function signedWebhook(
  provider: ProviderName,
  options: SignOptions,
): Promise<SignedWebhook> {
  return signers[provider]({ id: randomUUID(), signedAtMs: Date.now(), ...options });
}

/** A webhook of the provider `hmac`, which takes any bytes. */
export function signedBytes(secret: string, body: Buffer): SignedWebhook {
  return { headers: { 'x-signature': hmacHex(secret, body), 'x-id': randomUUID() }, body };
}

function hmacHex(secret: string, content: string | Buffer): string {
  return createHmac('sha256', secret).update(content).digest('hex');
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
