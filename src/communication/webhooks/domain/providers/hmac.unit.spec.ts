import { createHmac } from 'node:crypto';
import { describeWebhook } from '../describe-webhook.js';
import type { WebhookHeaders } from '../headers.js';
import { verifyWebhook } from '../verify-webhook.js';
import { hmacScheme, hmacSettingsSchema, type HmacSettings } from './hmac.js';

const nowMs = 1_700_000_000_000;

type SettingsInput = Partial<HmacSettings>;

function verify(settings: SettingsInput, secret: string, headers: WebhookHeaders, body: string) {
  return verifyWebhook({
    scheme: hmacScheme(hmacSettingsSchema.parse({ header: 'x-signature', ...settings })),
    secrets: [{ id: 'sec_1', value: secret }],
    headers,
    body: Buffer.from(body),
    nowMs,
  });
}

function faultsOf(settings: unknown): string[] {
  const issues = hmacSettingsSchema.safeParse(settings).error?.issues ?? [];
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

/** RFC 2202 test case 1 for SHA-1, RFC 4231 test case 1 for the others. */
const published = [
  ['sha1', 'b617318655057264e28bc0b6fb378c8ef146be00'],
  ['sha256', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    'sha512',
    '87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde' +
      'daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854',
  ],
] as const;
const publishedKey = Buffer.alloc(20, 0x0b);

it.each(published)('verifies the vector that the RFC gives for %s', (algorithm, digest) => {
  const headers = { 'x-signature': digest };
  const settings: SettingsInput = { algorithm, keyForm: 'hex' };
  expect(verify(settings, publishedKey.toString('hex'), headers, 'Hi There').verdict).toBe(
    'verified',
  );
  expect(verify(settings, publishedKey.toString('hex'), headers, 'Hi there').verdict).toBe(
    'rejected',
  );
});

it.each(['hex', 'base64', 'whsec'] as const)('reads a key written as %s', (keyForm) => {
  const text = publishedKey.toString(keyForm === 'hex' ? 'hex' : 'base64');
  const headers = { 'x-signature': published[1][1] };
  expect(verify({ keyForm }, text, headers, 'Hi There').verdict).toBe('verified');
});

it('signs time, id and body in the order of the template', () => {
  const settings: SettingsInput = {
    header: 'X-Sign',
    algorithm: 'sha512',
    encoding: 'base64',
    prefix: 'sig:',
    signedTemplate: 'v9|{id}|{timestamp}|{body}|end',
    timestampHeader: 'X-Time',
    timestampUnit: 'milliseconds',
    deliveryIdHeader: 'X-Id',
  };
  const digest = createHmac('sha512', 'key').update(`v9|d-1|${nowMs - 5}|hello|end`);
  const headers = {
    'x-sign': `sig:${digest.digest('base64')}`,
    'x-time': `${nowMs - 5}`,
    'x-id': 'd-1',
  };
  expect(verify(settings, 'key', headers, 'hello').verdict).toBe('verified');
  expect(verify(settings, 'key', { ...headers, 'x-id': 'd-2' }, 'hello').verdict).toBe('rejected');
});

it.each([
  [59, 'verified'],
  [61, 'rejected'],
  [-61, 'rejected'],
])('keeps to the tolerance: %i seconds old is %s at 60', (ageSeconds, verdict) => {
  const time = `${nowMs / 1_000 - ageSeconds}`;
  const signature = createHmac('sha256', 'key').update(`${time}.hello`).digest('hex');
  const settings = { timestampHeader: 'x-time', toleranceSeconds: 60 };
  const headers = { 'x-signature': signature, 'x-time': time };
  expect(verify(settings, 'key', headers, 'hello').verdict).toBe(verdict);
});

it.each([
  [{ deliveryIdHeader: 'X-Id', eventTypeHeader: 'X-Type' }, 'from-header', 'h-1'],
  [{ deliveryIdPath: 'meta.id', eventTypePath: 'meta.kind' }, 'from-body', '7'],
  [{}, 'webhook', null],
])('finds type and id where the settings %j say', (settings, type, id) => {
  const scheme = hmacScheme(hmacSettingsSchema.parse({ header: 'x-signature', ...settings }));
  const headers = { 'x-id': 'h-1', 'x-type': 'from-header' };
  const body = Buffer.from('{"meta":{"id":7,"kind":"from-body"}}');
  expect(describeWebhook(scheme, 'hmac', { headers, body })).toMatchObject({
    eventType: `hmac.${type}`,
    deliveryId: id,
  });
});

it('fills in what is left out', () => {
  expect(hmacSettingsSchema.parse({ header: 'X-Signature' })).toEqual({
    header: 'x-signature',
    algorithm: 'sha256',
    encoding: 'hex',
    keyForm: 'utf8',
    timestampUnit: 'seconds',
    toleranceSeconds: 300,
  });
});

it.each([
  [{ timestampHeader: 'x-time', signedTemplate: '{body}' }, 'signedTemplate'],
  [{ signedTemplate: '{timestamp}.{body}' }, 'timestampHeader'],
  [{ signedTemplate: '{id}.{body}', deliveryIdPath: 'id' }, 'deliveryIdHeader'],
  [{ deliveryIdHeader: 'x-id', deliveryIdPath: 'id' }, 'deliveryIdPath'],
  [{ eventTypeHeader: 'x-type', eventTypePath: 'type' }, 'eventTypePath'],
])('refuses the contradiction in %j at %s', (settings, path) => {
  const faults = faultsOf({ header: 'x-signature', ...settings });
  expect(faults).toEqual([expect.stringContaining(`${path}: `)]);
});

it.each([
  [{}, 'header'],
  [{ header: 'x signature' }, 'header'],
  [{ header: 'x-signature', algorithm: 'md5' }, 'algorithm'],
  [{ header: 'x-signature', signedTemplate: 'no body' }, 'signedTemplate'],
  [{ header: 'x-signature', toleranceSeconds: 0 }, 'toleranceSeconds'],
  [{ header: 'x-signature', eventTypePath: 'a..b' }, 'eventTypePath'],
])('refuses %j at %s', (settings, path) => {
  expect(faultsOf(settings)).toEqual([expect.stringContaining(`${path}: `)]);
});
