import { createRequire } from 'node:module';
import { randomUUID } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import Stripe from 'stripe';

/** A webhook as its provider would send it: real content, signed by the provider's own library. */
export interface SampleWebhook {
  readonly provider: 'github' | 'stripe';
  /** The CloudEvents type that Signalbox gives it. */
  readonly type: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface GitHubExamples {
  readonly name: string;
  readonly examples: readonly object[];
}

/** One real payload for each kind of event that GitHub sends. */
export async function gitHubWebhooks(secret: string): Promise<SampleWebhook[]> {
  // The package is one JSON file, which an import would want an attribute for.
  const all = createRequire(import.meta.url)('@octokit/webhooks-examples') as GitHubExamples[];
  const samples = all.flatMap(({ name, examples: [example] }) =>
    example === undefined ? [] : [{ name, body: JSON.stringify(example) }],
  );
  return Promise.all(
    samples.map(async ({ name, body }) => ({
      provider: 'github' as const,
      type: `github.${name}`,
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/demo',
        'x-github-event': name,
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': await sign(secret, body),
      },
    })),
  );
}

const stripeTypes = [
  'charge.succeeded',
  'checkout.session.completed',
  'customer.created',
  'invoice.paid',
  'payment_intent.payment_failed',
];

/** Stripe events in the form of its API reference, signed by the stripe package. */
export function stripeWebhooks(secret: string, nowMs: number): SampleWebhook[] {
  const stripe = new Stripe('sk_test_of_the_demo');
  return stripeTypes.map((type, index) => {
    const body = JSON.stringify({
      id: `evt_demo_${nowMs}_${index}`,
      object: 'event',
      api_version: '2025-08-27.basil',
      created: Math.floor(nowMs / 1_000),
      data: { object: { id: `obj_${index}`, amount: 2_000 + index, currency: 'eur' } },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    });
    const signature = stripe.webhooks.generateTestHeaderString({ payload: body, secret });
    return {
      provider: 'stripe' as const,
      type: `stripe.${type}`,
      body,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signature,
      },
    };
  });
}
