import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describeWebhook } from '../describe-webhook.js';
import type { WebhookHeaders } from '../headers.js';
import { verifyWebhook } from '../verify-webhook.js';
import { standardWebhooks } from './standard-webhooks.js';

/** The vector that the reference libraries share. */
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const timestamp = '1614265330';
const body = Buffer.from('{"test": 2432232314}');
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const named = (prefix: string, value = signature): WebhookHeaders => ({
  [`${prefix}-id`]: id,
  [`${prefix}-timestamp`]: timestamp,
  [`${prefix}-signature`]: value,
});

function verify(headers: WebhookHeaders, bytes: Uint8Array = body, value = secret) {
  return verifyWebhook({
    scheme: standardWebhooks,
    secrets: [{ id: 'sec_1', value }],
    headers,
    body: bytes,
    nowMs: Number(timestamp) * 1_000,
  });
}

it.each(['webhook', 'svix'])('verifies the published vector under %s headers', (prefix) => {
  expect(verify(named(prefix)).verdict).toBe('verified');
});

it('verifies what the reference library signs', () => {
  const payload = '{"type":"user.created","text":"ü€😀"}';
  const signed = new Webhook(secret).sign(id, new Date(Number(timestamp) * 1_000), payload);
  expect(verify(named('webhook', signed), Buffer.from(payload)).verdict).toBe('verified');
});

it('takes the secret with and without whsec_', () => {
  const bare = secret.slice('whsec_'.length);
  expect(verify(named('webhook'), body, bare).verdict).toBe('verified');
});

it('finds the right one in a list with other keys and other versions', () => {
  const list = `v1a,${'A'.repeat(86)}== v1,${'A'.repeat(43)}= ${signature}`;
  expect(verify(named('webhook', list)).verdict).toBe('verified');
});

it('refuses a list that holds other versions only', () => {
  expect(verify(named('webhook', signature.replace('v1,', 'v1a,')))).toEqual({
    verdict: 'rejected',
    reason: 'signature-malformed',
  });
});

it('refuses a request without the id that the signature covers', () => {
  const { 'webhook-id': _id, ...headers } = named('webhook');
  expect(verify(headers)).toEqual({ verdict: 'rejected', reason: 'signature-malformed' });
});

it('verifies bytes that are no text, where the reference library cannot', () => {
  const bytes = Buffer.from([0xff, 0x00, 0xfe]);
  const signed = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(`${id}.${timestamp}.`)
    .update(bytes)
    .digest('base64');
  expect(verify(named('webhook', `v1,${signed}`), bytes).verdict).toBe('verified');
});

it('verifies an id with letters beyond ASCII, as the header carries its bytes', () => {
  const wireId = Buffer.from('msg_ü').toString('latin1');
  const signed = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(`msg_ü.${timestamp}.`)
    .update(body)
    .digest('base64');
  const headers = { ...named('webhook', `v1,${signed}`), 'webhook-id': wireId };
  expect(verify(headers).verdict).toBe('verified');
});

it('describes an event that follows the recommended payload', () => {
  const headers = { ...named('webhook'), 'content-type': 'application/json' };
  const payload = { type: 'user.created', timestamp: '2022-11-03T20:26:10.344522Z', data: {} };
  const bytes = Buffer.from(JSON.stringify(payload));
  expect(
    describeWebhook(standardWebhooks, 'standard-webhooks', { headers, body: bytes }),
  ).toMatchObject({
    eventType: 'standard-webhooks.user.created',
    deliveryId: id,
    eventAtMs: Date.UTC(2022, 10, 3, 20, 26, 10, 344),
  });
});
