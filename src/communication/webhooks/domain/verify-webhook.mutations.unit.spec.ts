import { createHmac } from 'node:crypto';
import { sign as signGithub } from '@octokit/webhooks-methods';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { schemeOf } from './providers/registry.js';
import { verifyWebhook } from './verify-webhook.js';

const nowMs = 1_700_000_000_000;
const nowSeconds = nowMs / 1_000;
const runs = 1_000;

interface Signer {
  readonly provider: string;
  readonly settings?: object;
  readonly signatureHeader: string;
  /** Absent where the provider signs no time. */
  readonly moveTime?: (headers: Record<string, string>, bySeconds: number) => void;
  readonly sign: (body: string, secret: string) => Promise<Record<string, string>>;
}

function moved(header: string) {
  return (headers: Record<string, string>, bySeconds: number): void => {
    headers[header] = String(Number(headers[header]) + bySeconds);
  };
}

/** The providers' own signers; for Slack and Shopify, who ship none, their documented recipe. */
const signers: Signer[] = [
  {
    provider: 'github',
    signatureHeader: 'x-hub-signature-256',
    sign: async (body, secret) => ({ 'x-hub-signature-256': await signGithub(secret, body) }),
  },
  {
    provider: 'stripe',
    signatureHeader: 'stripe-signature',
    moveTime: (headers, bySeconds) => {
      headers['stripe-signature'] = String(headers['stripe-signature']).replace(
        `t=${nowSeconds}`,
        `t=${nowSeconds + bySeconds}`,
      );
    },
    sign: async (payload, secret) => ({
      'stripe-signature': await Stripe.webhooks.generateTestHeaderStringAsync({
        payload,
        secret,
        timestamp: nowSeconds,
      }),
    }),
  },
  {
    provider: 'standard-webhooks',
    signatureHeader: 'webhook-signature',
    moveTime: moved('webhook-timestamp'),
    sign: (body, secret) =>
      Promise.resolve({
        'webhook-id': 'msg_1',
        'webhook-timestamp': `${nowSeconds}`,
        'webhook-signature': new Webhook(secret).sign('msg_1', new Date(nowMs), body),
      }),
  },
  {
    provider: 'slack',
    signatureHeader: 'x-slack-signature',
    moveTime: moved('x-slack-request-timestamp'),
    sign: (body, secret) =>
      Promise.resolve({
        'x-slack-request-timestamp': `${nowSeconds}`,
        'x-slack-signature': `v0=${hmac(`v0:${nowSeconds}:${body}`, secret, 'hex')}`,
      }),
  },
  {
    provider: 'shopify',
    signatureHeader: 'x-shopify-hmac-sha256',
    sign: (body, secret) =>
      Promise.resolve({ 'x-shopify-hmac-sha256': hmac(body, secret, 'base64') }),
  },
  {
    provider: 'hmac',
    settings: { header: 'x-signature', encoding: 'base64', timestampHeader: 'x-time' },
    signatureHeader: 'x-signature',
    moveTime: moved('x-time'),
    sign: (body, secret) =>
      Promise.resolve({
        'x-time': `${nowSeconds}`,
        'x-signature': hmac(`${nowSeconds}.${body}`, secret, 'base64'),
      }),
  },
];

function hmac(text: string, secret: string, encoding: 'hex' | 'base64'): string {
  return createHmac('sha256', secret).update(text).digest(encoding);
}

/** 24 bytes in base64: every provider takes them, and HMAC pads no two of them to one key. */
const secretTexts = fc
  .uint8Array({ minLength: 24, maxLength: 24 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));
const bodies = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 });
const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));

describe.each(signers)('a webhook of $provider, once signed', (signer) => {
  const scheme = schemeOf(signer.provider, signer.settings);

  function verdict(headers: Record<string, string>, body: Uint8Array, secret: string): string {
    return verifyWebhook({ scheme, secrets: [{ id: 's', value: secret }], headers, body, nowMs })
      .verdict;
  }

  it('verifies as it is, and with no other body', async () => {
    const property = fc.asyncProperty(
      bodies,
      secretTexts,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (text, secret, position, bits) => {
        const headers = await signer.sign(text, secret);
        const body = Buffer.from(text);
        expect(verdict(headers, body, secret)).toBe('verified');
        const at = position % body.length;
        const changed = Buffer.from(body);
        changed[at] = (changed[at] ?? 0) ^ bits;
        const others = [changed, body.subarray(1), Buffer.concat([body, Buffer.from([bits])])];
        expect(others.map((other) => verdict(headers, other, secret))).not.toContain('verified');
      },
    );
    await fc.assert(property, { numRuns: runs });
  });

  it('verifies with no other signature', async () => {
    const property = fc.asyncProperty(
      bodies,
      secretTexts,
      fc.nat(),
      printable,
      async (text, secret, position, letter) => {
        const headers = await signer.sign(text, secret);
        const signature = String(headers[signer.signatureHeader]);
        const at = position % signature.length;
        const changed = signature.slice(0, at) + letter + signature.slice(at + 1);
        const isHex = scheme.signature.encoding === 'hex';
        fc.pre(isHex ? changed.toLowerCase() !== signature.toLowerCase() : changed !== signature);
        headers[signer.signatureHeader] = changed;
        expect(verdict(headers, Buffer.from(text), secret)).toBe('rejected');
      },
    );
    await fc.assert(property, { numRuns: runs });
  });

  it('verifies with no other secret', async () => {
    const property = fc.asyncProperty(
      bodies,
      secretTexts,
      secretTexts,
      async (text, right, wrong) => {
        fc.pre(right !== wrong);
        const headers = await signer.sign(text, right);
        expect(verdict(headers, Buffer.from(text), wrong)).toBe('rejected');
      },
    );
    await fc.assert(property, { numRuns: runs });
  });

  const { moveTime } = signer;
  if (moveTime === undefined) return;

  it('verifies with no other time, not even one within the window', async () => {
    const property = fc.asyncProperty(
      bodies,
      secretTexts,
      fc.integer({ min: -400, max: 400 }).filter((seconds) => seconds !== 0),
      async (text, secret, bySeconds) => {
        const headers = await signer.sign(text, secret);
        moveTime(headers, bySeconds);
        expect(verdict(headers, Buffer.from(text), secret)).toBe('rejected');
      },
    );
    await fc.assert(property, { numRuns: runs });
  });
});
