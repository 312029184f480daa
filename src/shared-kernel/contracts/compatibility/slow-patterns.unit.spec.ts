import { compareSchemas } from './compare-schemas.js';
import { hangRisk } from './slow-patterns.js';

const long = 'a'.repeat(25);

describe('patterns that may never come back', () => {
  it.each(['^(a+)+$', '^(a|a)*$', 'a*a*a*b', '^(?=a)b', '(', '^(?:a{1,9}){1,9}$'])(
    'are those like %s',
    (pattern) => {
      expect(hangRisk([{ items: [{ pattern }] }])({ a: [long] })).toBe(true);
      expect(hangRisk([{ patternProperties: { [pattern]: {} } }])({ [long]: 1 })).toBe(true);
    },
  );

  it.each(['^[a-z]+$', '^\\d{4}-\\d{2}$', '^(?:a|b)$', '^\\w+@\\w+$'])('are not %s', (pattern) => {
    expect(hangRisk([{ pattern }])(long)).toBe(false);
  });

  it('harm nobody who has only short texts', () => {
    expect(hangRisk([{ pattern: '^(a+)+$' }])(['a'.repeat(24)])).toBe(false);
  });

  it('are not given to the validator', () => {
    const asked: unknown[] = [];
    const verdict = compareSchemas(
      [{ const: `${long}!` }],
      { pattern: '^(a+)+$' },
      'backward',
      (_, document) => {
        asked.push(document);
        return false;
      },
    );
    expect(verdict).toMatchObject({ verdict: 'unknown' });
    expect(asked).toEqual([]);
  });
});
