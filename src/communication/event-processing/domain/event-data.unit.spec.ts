import { gzipSync } from 'node:zlib';
import { jsonOf, showData } from './event-data.js';

function payload(text: string, contentType: string | null = 'application/json') {
  return { bytes: Buffer.from(text), contentType };
}

describe('the data of an event', () => {
  it('is JSON when its type says so, or when it begins like an object or a list', () => {
    expect(jsonOf(payload('7'))).toBe(7);
    expect(jsonOf(payload('7', ' Application/Vnd.Order+JSON; charset=utf-8'))).toBe(7);
    expect(jsonOf(payload('\n {"a":1}', 'text/plain'))).toEqual({ a: 1 });
    expect(jsonOf(payload('[1]', null))).toEqual([1]);
  });

  it('is nothing when it is no JSON, whatever its type says', () => {
    expect(jsonOf(payload('7', 'text/plain'))).toBeUndefined();
    expect(jsonOf(payload('7', 'application/jsonp'))).toBeUndefined();
    expect(jsonOf(payload('{"a":', 'application/json'))).toBeUndefined();
    expect(
      jsonOf({ bytes: Buffer.from([0x22, 0xff, 0x22]), contentType: 'a/json' }),
    ).toBeUndefined();
  });

  it('is read through gzip, as far as it stays small', () => {
    const zipped = (text: string) => ({ bytes: gzipSync(text), contentType: 'application/json' });
    expect(jsonOf(zipped('{"a":1}'))).toEqual({ a: 1 });
    expect(showData(zipped('{"a":1}'))).toEqual({ data: { a: 1 } });
    expect(showData(zipped(`"${'x'.repeat(300_000)}"`))).toHaveProperty('dataOmitted');
    expect(jsonOf(zipped(`"${'x'.repeat(9 * 2 ** 20)}"`))).toBeUndefined();
    const broken = { bytes: Buffer.from([0x1f, 0x8b, 1, 2]), contentType: 'application/json' };
    expect(showData(broken)).toEqual({ dataBase64: 'H4sBAg==' });
  });

  it('is shown as JSON, as Base64, or with the reason why not', () => {
    expect(showData(null)).toEqual({});
    expect(showData(payload('null'))).toEqual({ data: null });
    expect(showData(payload('a=1', 'text/plain'))).toEqual({ dataBase64: 'YT0x' });
    const deep = `${'['.repeat(65)}${']'.repeat(65)}`;
    expect(showData(payload(deep))).toEqual({ dataOmitted: 'it is nested too deeply' });
    expect(showData(payload(deep.slice(1, -1)))).toHaveProperty('data');
    const bytes = Buffer.alloc(256 * 1024 + 1);
    expect(showData({ bytes, contentType: null })).toEqual({ dataOmitted: 'it has 262145 bytes' });
  });
});
