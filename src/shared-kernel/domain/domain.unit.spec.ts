import fc from 'fast-check';
import { isoTime, SystemClock } from './clock.js';
import { canPassLater, defineErrors, DomainError, errorCatalogue } from './domain-error.js';
import { idPattern, newId } from './ids.js';
import { decodeCursor, encodeCursor, pageOf } from './page.js';

describe('an error catalogue', () => {
  const definition = { status: 401, title: 'Wrong signature', remedy: 'Sign it.' };
  const errors = defineErrors('domainTest', { signatureMismatch: definition });

  it('makes errors with a stable code, for the caller and for the reference', () => {
    const cause = new Error('cause');
    const error = errors.signatureMismatch('It does not match.', {
      fields: [{ path: 'a.0', fault: 'is wrong' }],
      retryAfterSeconds: 3,
      cause,
    });
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({
      name: 'DomainError',
      code: 'domainTest.signature-mismatch',
      message: 'It does not match.',
      definition,
      fields: [{ path: 'a.0', fault: 'is wrong' }],
      retryAfterSeconds: 3,
      cause,
    });
    expect(errors.signatureMismatch.code).toBe('domainTest.signature-mismatch');
    expect(errorCatalogue.get('domainTest.signature-mismatch')).toBe(definition);
  });

  it.each([
    [400, false],
    [403, false],
    [410, false],
    [404, true],
    [409, true],
    [429, true],
    [503, true],
  ])('tells of status %d that waiting may help: %s', (status, helps) => {
    const error = new DomainError('domainTest.any', { ...definition, status }, 'No.');
    expect(canPassLater(error)).toBe(helps);
    expect(canPassLater(new TypeError('a bug'))).toBe(true);
  });

  it('leaves out what an occurrence does not say', () => {
    const error = errors.signatureMismatch('No.');
    expect(error.fields).toBeUndefined();
    expect(error.retryAfterSeconds).toBeUndefined();
    expect('cause' in error).toBe(false);
  });

  it('refuses a code that is declared twice', () => {
    expect(() => defineErrors('domainTest', { signatureMismatch: definition })).toThrow(
      'the error code domainTest.signature-mismatch is declared twice',
    );
  });
});

describe('an id', () => {
  it('carries its kind and is a UUIDv7 of its time (RFC 9562)', () => {
    const nowMs = Date.UTC(2026, 5, 1);
    const id = newId('evt', nowMs);
    expect(id).toMatch(idPattern('evt'));
    expect(idPattern('src').test(id)).toBe(false);
    const hex = id.slice('evt_'.length);
    expect(Number.parseInt(hex.slice(0, 12), 16)).toBe(nowMs);
    expect(hex[12]).toBe('7');
    expect(hex[16]).toMatch(/[89ab]/);
  });

  it('sorts by the time of creation and comes only once', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 47 }), { minLength: 2 });
    fc.assert(
      fc.property(times, (moments) => {
        const ids = [...moments].sort((a, b) => a - b).map((ms) => newId('whk', ms));
        expect(ids).toEqual([...ids].sort());
      }),
    );
    expect(new Set(Array.from({ length: 2_000 }, () => newId('dlv', 1))).size).toBe(2_000);
  });
});

describe('a page', () => {
  const page = (rows: number[], limit: number) =>
    pageOf(
      rows,
      limit,
      (row) => row,
      (row) => `#${row}`,
    );

  it('ends where the rows end, and otherwise says where to go on', () => {
    expect(page([1, 2], 2)).toEqual({ items: ['#1', '#2'], next: null });
    expect(page([], 2)).toEqual({ items: [], next: null });
    const { items, next } = page([1, 2, 3], 2);
    expect(items).toEqual(['#1', '#2']);
    expect(decodeCursor(next ?? '')).toBe(2);
  });

  it('has a cursor for any key, which goes into a URL as it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer()), (key) => {
        const cursor = encodeCursor(key);
        expect(cursor).toMatch(/^[\w-]*$/);
        expect(decodeCursor(cursor)).toBe(key);
      }),
    );
  });

  it('takes a cursor that is not ours for none', () => {
    const foreign = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const cursor of ['', 'garbage', foreign({ a: 1 }), foreign(null), foreign([1])]) {
      expect(decodeCursor(cursor)).toBeUndefined();
    }
  });
});

describe('the clock', () => {
  it('tells the time of the machine in milliseconds', () => {
    const before = Date.now();
    const now = new SystemClock().now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
    expect(Number.isInteger(now)).toBe(true);
  });

  it('writes times in ISO 8601 and UTC', () => {
    expect(isoTime(Date.UTC(2026, 0, 2, 3, 4, 5, 6))).toBe('2026-01-02T03:04:05.006Z');
  });
});
