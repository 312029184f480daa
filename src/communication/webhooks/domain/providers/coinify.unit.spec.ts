import { createHmac } from 'node:crypto';
import { verifyWebhook } from '../verify-webhook.js';
import { schemeOf } from './registry.js';

const scheme = schemeOf('coinify', null);
// As https://coinify.readme.io/docs/webhook-signature has it.
const published = {
  secret: 'my-shared-secret',
  body: '{"examplePayload":true}',
  signature: 'bcdbb89e3031905f3cc1a20d16b5f969a17a7d8fa0c26e4a807c2193402d66f4',
};

function verdictOn({ body, signature }: typeof published): string {
  const headers = { 'x-coinify-webhook-signature': signature };
  const secrets = [{ id: 'sec_1', value: published.secret }];
  const webhook = { scheme, secrets, nowMs: 0, headers, body: Buffer.from(body) };
  return verifyWebhook(webhook).verdict;
}

it('verifies the signature that Coinify published, and no other body or key with it', () => {
  expect(verdictOn(published)).toBe('verified');
  expect(verdictOn({ ...published, body: '{"examplePayload":false}' })).toBe('rejected');
  const foreign = createHmac('sha256', 'shared-secret').update(published.body).digest('hex');
  expect(verdictOn({ ...published, signature: foreign })).toBe('rejected');
});
