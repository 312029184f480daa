import { z } from 'zod';
import { DomainError } from '#shared-kernel/domain/domain-error.js';
import { encodeCursor } from '#shared-kernel/domain/page.js';
import { checkIfMatch, etagOf } from './if-match.js';
import { isJson, parseJsonBody } from './json-body.js';
import { pageQuery, pageSchema } from './paging.js';
import { invalidRequest } from './validation.js';

function faultOf(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a JSON body', () => {
  const parse = (text: string) => parseJsonBody(Buffer.from(text));

  it('is parsed, with or without a byte order mark', () => {
    expect(parse('{"a":[1,"]}{[",null,"\\"["]}')).toEqual({ a: [1, ']}{[', null, '"['] });
    expect(parse('\uFEFF{"a":1}')).toEqual({ a: 1 });
    expect(parse('')).toBeUndefined();
  });

  it('may be 64 levels deep and no deeper, however deep it is', () => {
    expect(() => parse('['.repeat(64) + ']'.repeat(64))).not.toThrow();
    for (const depth of [65, 500_000]) {
      const fault = faultOf(() => parse('['.repeat(depth) + ']'.repeat(depth)));
      expect(fault.code).toBe('http.malformed-json');
    }
  });

  it('is refused when it is not UTF-8', () => {
    expect(faultOf(() => parseJsonBody(Buffer.from([0x22, 0xff, 0x22]))).message).toContain(
      'UTF-8',
    );
  });

  it('is refused with a prototype key at any depth, in any spelling, but not as text', () => {
    for (const text of [
      '{"a":[{"__proto__":1}]}',
      '{"_\\u005fproto__":1}',
      '[{"\\u005F_proto__":1}]',
    ]) {
      expect(faultOf(() => parse(text)).message).toContain('__proto__');
    }
    expect(parse('{"a":"__proto__","b":"\\u00e9"}')).toEqual({ a: '__proto__', b: 'é' });
  });

  it('is refused with U+0000 in a text, and told where', () => {
    const fault = faultOf(() => parse('{"a":[{"name":"x\\u0000y"}]}'));
    expect(fault).toMatchObject({
      code: 'http.invalid-request',
      fields: [{ path: 'a.0.name', fault: 'has the character U+0000' }],
    });
    expect(faultOf(() => parse('{"a\\u0000":1}')).code).toBe('http.invalid-request');
    expect(faultOf(() => parse('"\\u0000"')).message).toContain('The body has the character');
    expect(parse('{"a":"\\\\u0000"}')).toEqual({ a: '\\u0000' });
  });

  it.each([
    ['application/json', true],
    ['Application/JSON; charset=utf-8', true],
    ['application/vnd.api+json', true],
    ['application/json-seq', false],
    ['text/json', false],
  ])('has a type like %s: %s', (type, expected) => {
    expect(isJson(type)).toBe(expected);
  });
});

describe('a page query', () => {
  const schema = z.object(pageQuery);

  it('has a limit and reads the cursor that a page gave', () => {
    expect(schema.parse({})).toEqual({ limit: 50 });
    expect(schema.parse({ limit: '7', cursor: encodeCursor('key_1') })).toEqual({
      limit: 7,
      cursor: 'key_1',
    });
    expect(schema.parse({ cursor: encodeCursor(42) }).cursor).toBe(42);
  });

  it('refuses limits and cursors that no page gave', () => {
    for (const query of [{ limit: '0' }, { limit: '201' }, { limit: 'x' }, { limit: '1.5' }]) {
      expect(schema.safeParse(query).success).toBe(false);
    }
    const result = schema.safeParse({ cursor: 'no' });
    expect(result.error?.issues[0]).toMatchObject({ path: ['cursor'] });
    expect(schema.safeParse({ cursor: 'x'.repeat(501) }).success).toBe(false);
  });

  it('belongs to a page of items', () => {
    const page = pageSchema(z.string());
    expect(page.parse({ items: ['a'], next: null })).toEqual({ items: ['a'], next: null });
  });
});

describe('If-Match', () => {
  it('lets a change of the named revision, of any, and of none named through', () => {
    expect(etagOf(3)).toBe('"3"');
    for (const header of [undefined, '*', '"3"', '"1", "3"']) {
      expect(() => checkIfMatch(header, 3)).not.toThrow();
    }
  });

  it('stops a change of another revision; a weak tag never matches', () => {
    for (const header of ['"2"', '3', 'W/"3"', '']) {
      expect(faultOf(() => checkIfMatch(header, 3)).code).toBe('http.precondition-failed');
    }
  });
});

describe('faults of a request', () => {
  it('keep their paths and are bounded', () => {
    const issues = Array.from({ length: 200 }, (_, index) => ({
      message: 'is wrong',
      path: ['items', { key: index }, 'name'],
    }));
    const error = invalidRequest(issues);
    expect(error.fields).toHaveLength(50);
    expect(error.fields?.[1]).toEqual({ path: 'items.1.name', fault: 'is wrong' });
    expect(error.message).toBe(
      'items.0.name: is wrong; items.1.name: is wrong; items.2.name: is wrong and 197 more.',
    );
    expect(invalidRequest([{ message: 'must be an object' }]).message).toBe('must be an object.');
  });
});
