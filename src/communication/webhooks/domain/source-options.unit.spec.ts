import { DomainError } from '#shared-kernel/domain/domain-error.js';
import { headersToShow } from './headers-to-show.js';
import { mergePatch, patchedOptions } from './patch-source.js';
import { RateLimiter } from './rate-limiter.js';
import { admitRequest } from './source-admission.js';
import { defaultSourceOptions } from './source-options.js';
import { type Source, type SourceSecret, withLiveSecrets } from './source.js';

const source = (overrides: Partial<Source>): Source => ({
  id: 'src_1',
  tenant: 'default',
  name: 'orders',
  provider: 'github',
  settings: null,
  secrets: [],
  dedupeKey: null,
  options: defaultSourceOptions,
  token: 't',
  createdAtMs: 1,
  revision: 1,
  ...overrides,
});

describe('a merge patch', () => {
  // RFC 7396, appendix A.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j by %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it('leaves what it does not mention', () => {
    expect(mergePatch({ a: 1 }, { a: undefined })).toEqual({ a: 1 });
  });
});

describe('the options of a source', () => {
  it('are patched member by member, and null brings the default back', () => {
    const first = patchedOptions(defaultSourceOptions, {
      rateLimit: { perSecond: 5, burst: 10 },
      answer: { body: '[accepted]' },
      state: 'paused',
    });
    expect(first).toMatchObject({
      state: 'paused',
      rateLimit: { perSecond: 5, burst: 10 },
      answer: { status: 200, body: '[accepted]' },
    });
    const second = patchedOptions(first, {
      rateLimit: { perSecond: 7 },
      answer: null,
      state: null,
    });
    expect(second).toEqual({ ...defaultSourceOptions, rateLimit: { perSecond: 7, burst: 10 } });
  });

  it('name the field that cannot be', () => {
    const fault = (() => {
      try {
        return patchedOptions(defaultSourceOptions, { answer: { headers: { host: 'x' } } });
      } catch (error) {
        return error;
      }
    })();
    expect(fault).toBeInstanceOf(DomainError);
    expect(fault).toMatchObject({
      code: 'webhooks.invalid-source-options',
      fields: [{ path: 'answer.headers.host' }],
    });
  });
});

describe('a request on its way in', () => {
  const closed = source({
    options: {
      ...defaultSourceOptions,
      allowedRanges: ['203.0.113.0/24'],
      state: 'paused',
      bodyBytesMax: 10,
      rateLimit: { perSecond: 1, burst: 1 },
    },
  });

  it('learns nothing of a source that it may not reach, and takes nothing of its rate', () => {
    const limiter = new RateLimiter();
    const stranger = { address: '198.51.100.1', bodyBytes: 11 };
    expect(admitRequest(closed, stranger, limiter, 0)).toMatchObject({
      reason: 'address-not-allowed',
    });
    const friend = { address: '203.0.113.9', bodyBytes: 11 };
    expect(admitRequest(closed, friend, limiter, 0)).toMatchObject({ reason: 'paused' });
    const active = source({ options: { ...closed.options, state: 'active' } });
    expect(admitRequest(active, friend, limiter, 0)).toMatchObject({ reason: 'body-too-large' });
    expect(limiter.size).toBe(0);
    const small = { ...friend, bodyBytes: null };
    expect(admitRequest(active, small, limiter, 0)).toEqual({ admitted: true });
    expect(admitRequest(active, small, limiter, 999)).toEqual({
      admitted: false,
      reason: 'rate-limited',
      retryAfterSeconds: 1,
    });
  });

  it('is let in by a source that says nothing', () => {
    const anyone = { address: 'whoever', bodyBytes: 1e9 };
    expect(admitRequest(source({}), anyone, new RateLimiter(), 0)).toEqual({ admitted: true });
  });
});

describe('the secrets of a source', () => {
  const secret = (id: string, expiresAtMs: number | null): SourceSecret => ({
    id,
    value: id,
    createdAtMs: 0,
    expiresAtMs,
  });

  it('end at their time, and are the same objects until then', () => {
    const before = source({ secrets: [secret('a', 100), secret('b', null)] });
    expect(withLiveSecrets(before, 99)).toBe(before);
    const after = withLiveSecrets(before, 100);
    expect(after.secrets).toEqual([before.secrets[1]]);
    expect(after.secrets[0]).toBe(before.secrets[1]);
  });
});

describe('the headers of a rejected request', () => {
  it('are shown without what may be a credential of any sender', () => {
    const shown = headersToShow({
      'x-gitlab-token': 'a',
      'x-api-key': 'b',
      authorization: 'c',
      cookie: ['d', 'e'],
      'x-signature': 'f',
      via: ['g', 'h'],
    });
    expect(shown).toEqual({
      'x-gitlab-token': '[redacted]',
      'x-api-key': '[redacted]',
      authorization: '[redacted]',
      cookie: '[redacted]',
      'x-signature': 'f',
      via: ['g', 'h'],
    });
  });
});
