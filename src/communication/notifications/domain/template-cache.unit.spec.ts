import { TemplateCache } from './template-cache.js';

describe('the cache of parsed templates', () => {
  it('parses a source once, and forgets what was not used for longest', () => {
    // given room for two sources of three characters
    const cache = new TemplateCache(6);
    const parsed: string[] = [];
    const get = (source: string) =>
      cache.get(source, () => {
        parsed.push(source);
        return [];
      });
    // when a third one comes after the first was used again
    for (const source of ['one', 'two', 'one', 'six']) get(source);
    // then the second one is forgotten
    for (const source of ['one', 'six', 'two']) get(source);
    expect(parsed).toEqual(['one', 'two', 'six', 'two']);
  });

  it('does not remember a source that cannot be parsed, nor one that is too long', () => {
    const cache = new TemplateCache(2);
    let parses = 0;
    const fail = () => {
      parses++;
      throw new Error('no');
    };
    expect(() => cache.get('x', fail)).toThrow('no');
    expect(() => cache.get('x', fail)).toThrow('no');
    expect(parses).toBe(2);
    const first = cache.get('long', () => []);
    expect(cache.get('long', () => [])).not.toBe(first);
  });
});
