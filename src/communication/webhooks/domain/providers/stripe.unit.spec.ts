import Stripe from 'stripe';
import { describeWebhook } from '../describe-webhook.js';
import { verifyWebhook } from '../verify-webhook.js';
import { stripe } from './stripe.js';

const nowMs = 1_700_000_000_000;
const payload = JSON.stringify({ id: 'evt_1', type: 'invoice.paid', created: 1_699_999_999 });
const oldSecret = 'whsec_old';
const newSecret = 'whsec_new';

function header(secret: string, ageSeconds = 0): string {
  const timestamp = nowMs / 1_000 - ageSeconds;
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
}

function verify(signature: string, secrets = [newSecret]) {
  return verifyWebhook({
    scheme: stripe,
    secrets: secrets.map((value) => ({ id: value, value })),
    headers: { 'stripe-signature': signature },
    body: Buffer.from(payload),
    nowMs,
  });
}

it("verifies what Stripe's own library signs, with the whole secret as the key", () => {
  expect(verify(header(newSecret))).toEqual({ verdict: 'verified', secretId: newSecret });
});

it('finds the right one among the several v1 that a rolled secret brings', () => {
  const secondV1 = header(newSecret).split(',')[1];
  const both = `${header(oldSecret)},${secondV1}`;
  expect(verify(both, [newSecret])).toEqual({ verdict: 'verified', secretId: newSecret });
  expect(verify(both, [oldSecret])).toEqual({ verdict: 'verified', secretId: oldSecret });
});

it('ignores v0, which anyone may send in test mode', () => {
  expect(verify(header(newSecret).replace('v1=', 'v0='))).toEqual({
    verdict: 'rejected',
    reason: 'signature-malformed',
  });
});

it.each([
  [300, 'verified'],
  [301, 'rejected'],
  [-300, 'verified'],
  [-301, 'rejected'],
])('judges a signature that is %i seconds old as %s', (ageSeconds, verdict) => {
  expect(verify(header(newSecret, ageSeconds)).verdict).toBe(verdict);
});

it.each(['t=,v1=', 'v1', 't', '', ',,,', 't=1700000000'])('refuses the header %j', (signature) => {
  expect(verify(signature)).toEqual({ verdict: 'rejected', reason: 'signature-malformed' });
});

it('refuses a signature without its time', () => {
  expect(verify(`v1=${'0'.repeat(64)}`)).toEqual({
    verdict: 'rejected',
    reason: 'timestamp-missing',
  });
});

it('refuses a signature under another header', () => {
  const body = Buffer.from(payload);
  const headers = { 'x-signature': header(newSecret) };
  const secrets = [{ id: 'sec_1', value: newSecret }];
  expect(verifyWebhook({ scheme: stripe, secrets, headers, body, nowMs })).toEqual({
    verdict: 'rejected',
    reason: 'signature-missing',
  });
});

it('describes an event by what stands in its body', () => {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  expect(describeWebhook(stripe, 'stripe', { headers, body: Buffer.from(payload) })).toMatchObject({
    contentType: 'application/json; charset=utf-8',
    eventType: 'stripe.invoice.paid',
    deliveryId: 'evt_1',
    eventAtMs: 1_699_999_999_000,
    flags: [],
  });
});
