import fc from 'fast-check';
import {
  delayBeforeTryMs,
  parseRetryAfterMs,
  patchRetryPolicy,
  retryPolicySchema,
} from './retry-policy.js';

const hourMs = 3_600_000;
const policies = fc
  .record({
    triesMax: fc.integer({ min: 1, max: 20 }),
    firstDelayMs: fc.integer({ min: 100, max: hourMs }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    delayMaxMs: fc.integer({ min: hourMs, max: 168 * hourMs }),
  })
  .map((policy) => retryPolicySchema.parse(policy));
const units = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the default policy', () => {
  it('makes eight tries within about 28 hours', () => {
    const policy = retryPolicySchema.parse({});
    const delaysMs: number[] = [];
    for (let failedTries = 1; failedTries < 20; failedTries += 1) {
      const delayMs = delayBeforeTryMs(policy, failedTries, 0.5, null);
      if (delayMs === null) break;
      delaysMs.push(delayMs);
    }
    expect(delaysMs.map((ms) => ms / 1_000)).toEqual([5, 30, 180, 1_080, 6_480, 38_880, 54_000]);
    const hours = delaysMs.reduce((sum, ms) => sum + ms, 0) / hourMs;
    expect(Math.round(hours)).toBe(28);
  });

  it.each([
    { triesMax: 0 },
    { triesMax: 21 },
    { firstDelayMs: 99 },
    { factor: 0.5 },
    { delayMaxMs: 169 * hourMs },
    { firstDelayMs: 2_000, delayMaxMs: 1_000 },
  ])('does not accept %j instead', (policy) => {
    expect(retryPolicySchema.safeParse(policy).success).toBe(false);
  });
});

describe('the delay before a try', () => {
  it('stays within a fifth of the exponential plan, whatever the policy', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 19 }), units, (policy, failed, unit) => {
        const delayMs = delayBeforeTryMs(policy, failed, unit, null);
        if (failed >= policy.triesMax) return delayMs === null;
        const planMs = Math.min(
          policy.firstDelayMs * policy.factor ** (failed - 1),
          policy.delayMaxMs,
        );
        const isBounded =
          delayMs !== null && delayMs >= 0.8 * planMs - 1 && delayMs <= 1.2 * planMs + 1;
        return isBounded && Number.isInteger(delayMs);
      }),
    );
  });

  it('is never shorter than what the receiver asked for, up to the longest delay', () => {
    fc.assert(
      fc.property(policies, units, fc.integer({ min: 0 }), (policy, unit, askedMs) => {
        const plain = delayBeforeTryMs(policy, 1, unit, null);
        const asked = delayBeforeTryMs(policy, 1, unit, askedMs);
        if (plain === null || asked === null) return policy.triesMax === 1;
        return asked === Math.max(plain, Math.min(askedMs, policy.delayMaxMs));
      }),
    );
  });

  it('is spread over both sides by the random number', () => {
    const policy = retryPolicySchema.parse({});
    expect(delayBeforeTryMs(policy, 1, 0, null)).toBe(4_000);
    expect(delayBeforeTryMs(policy, 1, 1, null)).toBe(6_000);
  });
});

describe('a Retry-After header', () => {
  const nowMs = Date.UTC(1994, 10, 6, 8, 49, 7);

  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['9'.repeat(40), Number.MAX_SAFE_INTEGER],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
    ['Sun Nov  6 08:49:37 1994', 30_000],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ])('%j means %d ms', (header, delayMs) => {
    expect(parseRetryAfterMs(header, nowMs)).toBe(delayMs);
  });

  it.each([
    [null],
    [''],
    ['soon'],
    ['-5'],
    ['1.5'],
    ['2030-01-01T00:00:00Z'],
    ['Sun, 99 Nov 1994 08:49:37 GMT'],
    ['Sun, 06 Foo 1994 08:49:37 GMT'],
  ])('%j means nothing', (header) => {
    expect(parseRetryAfterMs(header, nowMs)).toBeNull();
  });
});

describe('a patch of a policy', () => {
  const policy = retryPolicySchema.parse({ firstDelayMs: 2_000, delayMaxMs: 10_000 });

  it('changes what it names and keeps the rest', () => {
    expect(patchRetryPolicy(policy, { triesMax: 3 })).toEqual({ ...policy, triesMax: 3 });
  });

  it('is refused when the result contradicts itself', () => {
    expect(() => patchRetryPolicy(policy, { firstDelayMs: 20_000 })).toThrow(
      expect.objectContaining({ code: 'deliveries.retry-policy-invalid' }),
    );
  });
});
