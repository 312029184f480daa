import { fitForLog, isSecretName, withoutSecrets } from './redaction.js';

describe('secret names', () => {
  it.each([
    'authorization',
    'Proxy-Authorization',
    'http.request.headers.cookie',
    'set-cookie',
    'password',
    'SMTP_PASSWORD',
    'secret',
    'secrets',
    'clientSecret',
    'accessToken',
    'refresh_token',
    'apiKey',
    'api_key',
    'x-api-key',
    'privateKey',
    'x-hub-signature-256',
    'X-Slack-Signature',
    'webhook-signature',
    'credentials',
  ])('%s is masked', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(['event.action', 'idempotency_key', 'labels.source_id', 'tokenizer', 'key', 'secretary'])(
    '%s is not',
    (name) => {
      expect(isSecretName(name)).toBe(false);
    },
  );

  it('are recognised past the number of names that are remembered', () => {
    for (let i = 0; i < 2_500; i += 1) isSecretName(`field_${i}`);
    expect(isSecretName('yet_another_password')).toBe(true);
    expect(isSecretName('yet_another_field')).toBe(false);
  });
});

describe('secrets in text', () => {
  it.each([
    ['Authorization: Bearer abc.def-123', 'abc.def-123'],
    ['connect to postgres://app:hunter2@db:5432/x failed', 'hunter2'],
    ['signed with whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['key sk_live_4eC39HqLyjWDarjtT1 was refused', '4eC39HqLyjWDarjtT1'],
    ['token xoxb-1234567890-abcdef', '1234567890-abcdef'],
    ['ghp_16C7e42F292c6912E7710c838347Ae178B4a', '16C7e42F292c'],
  ])('"%s" loses it', (text, secret) => {
    expect(withoutSecrets(text)).not.toContain(secret);
    expect(withoutSecrets(text)).toContain('[redacted]');
  });

  it('leave other text alone', () => {
    const text = 'basic checks: GET https://example.org/a:b@c answered 500';
    expect(withoutSecrets('the risk-free task')).toBe('the risk-free task');
    expect(withoutSecrets(text)).toBe(text);
  });
});

describe('values that are fit for a log line', () => {
  it('have secrets masked at any depth, in arrays too', () => {
    const value = {
      headers: { Authorization: 'Bearer planted', accept: '*/*' },
      sources: [{ secrets: ['planted'], name: 'x' }],
    };
    expect(fitForLog(value)).toEqual({
      headers: { Authorization: '[redacted]', accept: '*/*' },
      sources: [{ secrets: '[redacted]', name: 'x' }],
    });
  });

  it('do not change what they were made of', () => {
    const value = { password: 'planted' };
    fitForLog(value);
    expect(value).toEqual({ password: 'planted' });
  });

  it('are bounded in depth, so that a circle ends', () => {
    const circle: Record<string, unknown> = { name: 'x' };
    circle['self'] = circle;
    expect(JSON.stringify(fitForLog(circle))).toContain('[cut off]');
  });

  it('are bounded in number and in length', () => {
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`f${i}`, i]));
    expect(JSON.stringify(fitForLog(wide)).length).toBeLessThan(10_000);
    expect(JSON.stringify(fitForLog(new Array(5_000).fill(1))).length).toBeLessThan(10_000);
    expect(String(fitForLog('x'.repeat(100_000)))).toHaveLength(8_193);
  });

  it('keep what JSON cannot hold readable', () => {
    const value = {
      at: new Date(0),
      never: new Date(Number.NaN),
      big: 12n,
      bytes: Buffer.from('abc'),
      cause: new TypeError('no key sk_live_4eC39HqLyjWDarjtT1'),
      text: 'short',
      nothing: null,
    };
    expect(fitForLog(value)).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      never: null,
      big: '12',
      bytes: '[3 bytes]',
      cause: 'TypeError: no key [redacted]',
      text: 'short',
      nothing: null,
    });
  });
});
