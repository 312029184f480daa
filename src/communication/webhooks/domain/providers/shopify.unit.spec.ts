import { describeWebhook } from '../describe-webhook.js';
import { verifyWebhook } from '../verify-webhook.js';
import { shopify } from './shopify.js';

const body = Buffer.from('{"id":1234567890,"email":"customer@example.com","total_price":"123.45"}');

function verdict(signature: string): string {
  return verifyWebhook({
    scheme: shopify,
    secrets: [{ id: 'sec_1', value: 'test-webhook-secret' }],
    headers: { 'x-shopify-hmac-sha256': signature },
    body,
    nowMs: 0,
  }).verdict;
}

// The vector stands in the tests of SQLPage, which checks Shopify webhooks in Rust.
it('verifies a signature that another implementation published', () => {
  expect(verdict('QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw=')).toBe('verified');
});

it.each([
  ['without its padding', 'QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw'],
  ['with its spare bits set', 'QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gx='],
  ['in the other alphabet', 'QNyObTlKbMx2qDlPF_ZOZcBqg5OgPg-2oky3zldc0Gw='],
  ['with a blank inside', 'QNyObTlKbMx2qDlP F/ZOZcBqg5OgPg+2oky3zldc0Gw='],
])('refuses another spelling of it: %s', (_case, signature) => {
  expect(verdict(signature)).toBe('rejected');
});

it('verifies Events, whose headers have no x-', () => {
  const signature = 'QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw=';
  const webhook = {
    scheme: shopify,
    secrets: [{ id: 'sec_1', value: 'test-webhook-secret' }],
    headers: { 'shopify-hmac-sha256': signature },
    body,
    nowMs: 0,
  };
  expect(verifyWebhook(webhook).verdict).toBe('verified');
  expect(verifyWebhook({ ...webhook, body: body.subarray(1) }).verdict).toBe('rejected');
});

it('describes a webhook by its headers', () => {
  const headers = {
    'content-type': 'application/json',
    'x-shopify-topic': 'orders/create',
    'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
    'x-shopify-triggered-at': '2023-03-29T18:00:27.877041743Z',
  };
  expect(describeWebhook(shopify, 'shopify', { headers, body })).toMatchObject({
    eventType: 'shopify.orders/create',
    deliveryId: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
    eventAtMs: Date.UTC(2023, 2, 29, 18, 0, 27, 877),
  });
});
