import { createHmac } from 'node:crypto';
import { github } from './providers/github.js';
import { slack } from './providers/slack.js';
import { standardWebhooks } from './providers/standard-webhooks.js';
import { stripe } from './providers/stripe.js';
import { secretsMax } from './source.js';
import { verifyWebhook, type UnverifiedWebhook } from './verify-webhook.js';

const nowMs = 1_700_000_000_000;
const nowSeconds = nowMs / 1_000;
const key = 'a secret of the sender';

/** A GitHub webhook signed with `key`, unless the test says otherwise. */
function githubWebhook(overrides: Partial<UnverifiedWebhook> = {}): UnverifiedWebhook {
  const body = overrides.body ?? Buffer.from('{"zen":"Keep it logically awesome."}');
  const signature = createHmac('sha256', key).update(body).digest('hex');
  return {
    scheme: github,
    secrets: [{ id: 'sec_1', value: key }],
    headers: { 'x-hub-signature-256': `sha256=${signature}` },
    body,
    nowMs,
    ...overrides,
  };
}

/** A Slack webhook of the given time, signed with `key`. */
function slackWebhook(timestamp: string, signedWith = key): UnverifiedWebhook {
  const body = Buffer.from('{}');
  const signature = createHmac('sha256', signedWith).update(`v0:${timestamp}:{}`).digest('hex');
  return githubWebhook({
    scheme: slack,
    headers: { 'x-slack-signature': `v0=${signature}`, 'x-slack-request-timestamp': timestamp },
    body,
  });
}

function reasonOf(webhook: UnverifiedWebhook): string {
  const verification = verifyWebhook(webhook);
  return verification.verdict === 'rejected' ? verification.reason : verification.verdict;
}

describe('secrets', () => {
  it('are tried in turn, and the one that matched is named', () => {
    const secrets = [
      { id: 'sec_new', value: 'not in use yet' },
      { id: 'sec_old', value: key },
      { id: 'sec_same', value: key },
    ];
    expect(verifyWebhook(githubWebhook({ secrets }))).toEqual({
      verdict: 'verified',
      secretId: 'sec_old',
    });
  });

  it('must exist, or nothing is verified', () => {
    expect(reasonOf(githubWebhook({ secrets: [] }))).toBe('no-secret');
    expect(reasonOf(githubWebhook({ secrets: [], headers: {} }))).toBe('no-secret');
  });

  it('match nothing when they are empty, even a signature made with the empty key', () => {
    const body = Buffer.from('{}');
    const signature = createHmac('sha256', '').update(body).digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}` };
    expect(reasonOf(githubWebhook({ body, headers, secrets: [{ id: 'a', value: '' }] }))).toBe(
      'no-secret',
    );
  });

  it('past the tenth are not tried', () => {
    const others = Array.from({ length: secretsMax }, (_, n) => ({ id: `${n}`, value: `no ${n}` }));
    const right = { id: 'sec_1', value: key };
    expect(reasonOf(githubWebhook({ secrets: [...others, right] }))).toBe('signature-mismatch');
    expect(reasonOf(githubWebhook({ secrets: [...others.slice(1), right] }))).toBe('verified');
  });

  it('are read anew when the same one serves another provider', () => {
    const secret = { id: 'sec_1', value: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };
    const body = Buffer.from('{}');
    const textKey = createHmac('sha256', secret.value).update(body).digest('hex');
    const bytesKey = createHmac('sha256', Buffer.from(secret.value, 'base64'))
      .update(`msg_1.${nowSeconds}.{}`)
      .digest('base64');
    const asGithub = githubWebhook({
      secrets: [secret],
      headers: { 'x-hub-signature-256': `sha256=${textKey}` },
      body,
    });
    const asStandard = githubWebhook({
      scheme: standardWebhooks,
      secrets: [secret],
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': `${nowSeconds}`,
        'webhook-signature': `v1,${bytesKey}`,
      },
      body,
    });
    expect([asGithub, asStandard, asGithub].map(reasonOf)).toEqual(Array(3).fill('verified'));
  });
});

describe('a signature', () => {
  it.each([
    ['no header', {}],
    ['a header that is undefined', { 'x-hub-signature-256': undefined }],
    ['a header of another provider', { 'stripe-signature': `v1=${'0'.repeat(64)}` }],
  ])('is missing with %s', (_case, headers) => {
    expect(reasonOf(githubWebhook({ headers }))).toBe('signature-missing');
  });

  it.each([
    ['an empty header', ''],
    ['no prefix', 'a'.repeat(64)],
    ['another prefix', `sha1=${'a'.repeat(64)}`],
    ['too few bytes', `sha256=${'a'.repeat(62)}`],
    ['too many bytes', `sha256=${'a'.repeat(66)}`],
    ['half a byte more', `sha256=${'a'.repeat(65)}`],
    ['letters outside the encoding', `sha256=${'g'.repeat(64)}`],
  ])('is malformed with %s', (_case, header) => {
    expect(reasonOf(githubWebhook({ headers: { 'x-hub-signature-256': header } }))).toBe(
      'signature-malformed',
    );
  });

  it('may be written in upper case where it is hexadecimal', () => {
    const { headers, ...webhook } = githubWebhook();
    const upper = String(headers['x-hub-signature-256']).slice('sha256='.length).toUpperCase();
    const upperHeaders = { 'x-hub-signature-256': `sha256=${upper}` };
    expect(reasonOf({ ...webhook, headers: upperHeaders })).toBe('verified');
  });

  it('that is sent twice in one request is refused as ambiguous', () => {
    const { headers, ...webhook } = githubWebhook();
    const signature = String(headers['x-hub-signature-256']);
    const twice = { 'x-hub-signature-256': [signature, signature] };
    expect(reasonOf({ ...webhook, headers: twice })).toBe('signature-malformed');
  });

  it('is never looked for on the prototype of the headers', () => {
    const { headers, ...webhook } = githubWebhook();
    const inherited: UnverifiedWebhook['headers'] = Object.create(headers);
    expect(reasonOf({ ...webhook, headers: inherited })).toBe('signature-missing');
  });

  it('past the tenth in a list is not tried', () => {
    const body = Buffer.from('{}');
    const right = createHmac('sha256', key).update(`${nowSeconds}.{}`).digest('hex');
    const wrong = Array<string>(9).fill(`v1=${'0'.repeat(64)}`);
    const listed = (pairs: string[]) =>
      githubWebhook({
        scheme: stripe,
        headers: { 'stripe-signature': [`t=${nowSeconds}`, ...pairs].join(',') },
        body,
      });
    expect(reasonOf(listed([...wrong, `v1=${right}`]))).toBe('verified');
    expect(reasonOf(listed([...wrong, `v1=${'1'.repeat(64)}`, `v1=${right}`]))).toBe(
      'signature-mismatch',
    );
  });
});

describe('a body', () => {
  it.each([
    ['empty', Buffer.alloc(0)],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x80])],
    ['a view into a larger buffer', new Uint8Array(Buffer.from('xx{}xx').subarray(2, 4))],
  ])('is checked byte for byte when it is %s', (_case, body) => {
    const webhook = githubWebhook({ body });
    expect(reasonOf(webhook)).toBe('verified');
    expect(reasonOf({ ...webhook, body: Buffer.concat([body, Buffer.from([0])]) })).toBe(
      'signature-mismatch',
    );
  });

  it('that differs only in bytes that decode to the same text is another body', () => {
    const webhook = githubWebhook({ body: Buffer.from([0x22, 0xff, 0x22]) });
    expect(reasonOf({ ...webhook, body: Buffer.from([0x22, 0xfe, 0x22]) })).toBe(
      'signature-mismatch',
    );
  });
});

describe('a signed time', () => {
  it.each([
    [-300, 'verified'],
    [-301, 'timestamp-stale'],
    [300, 'verified'],
    [301, 'timestamp-stale'],
  ])('%i seconds from now is %s', (seconds, outcome) => {
    expect(reasonOf(slackWebhook(`${nowSeconds + seconds}`))).toBe(outcome);
  });

  it('that is stale says so only to who can sign', () => {
    const stale = `${nowSeconds - 4_000}`;
    expect(reasonOf(slackWebhook(stale))).toBe('timestamp-stale');
    expect(reasonOf(slackWebhook(stale, 'another key'))).toBe('signature-mismatch');
  });

  it.each(['', '12.5', '-1700000000', '1e9', '0x10', '17000000000000', 'now'])(
    'of %j is refused',
    (timestamp) => {
      expect(reasonOf(slackWebhook(timestamp))).toBe(
        timestamp === '' ? 'timestamp-missing' : 'timestamp-malformed',
      );
    },
  );

  it('that is missing is refused', () => {
    const { headers, ...webhook } = slackWebhook(`${nowSeconds}`);
    const untimed = { 'x-slack-signature': headers['x-slack-signature'] };
    expect(reasonOf({ ...webhook, headers: untimed })).toBe('timestamp-missing');
  });
});
