import { compareSchemas } from './compare-schemas.js';
import { ajvAccepts } from '../../../../tools/contracts/ajv-accepts.js';
import type { CompatibilityMode, JsonSchema } from './compare-schemas.js';

const accepts = ajvAccepts();
const upTo = (maximum: number): JsonSchema => ({ type: 'integer', maximum });

describe('comparing schemas', () => {
  it('asks of old documents when backward, of new ones when forward, of both when full', () => {
    const verdictOf = (mode: CompatibilityMode, old: number, next: number) =>
      compareSchemas([upTo(old)], upTo(next), mode, accepts);

    expect(verdictOf('backward', 1, 2)).toEqual({ verdict: 'compatible' });
    expect(verdictOf('forward', 1, 2)).toMatchObject({
      verdict: 'incompatible',
      direction: 'forward',
      witness: 2,
      path: '',
      why: 'the old schema rejects it: the number must be at most 1',
    });
    expect(verdictOf('full', 2, 1)).toMatchObject({
      verdict: 'incompatible',
      direction: 'backward',
    });
    expect(verdictOf('full', 1, 2)).toMatchObject({ direction: 'forward' });
    expect(verdictOf('full', 1, 1)).toEqual({ verdict: 'compatible' });
  });

  it('looks at older versions only in the transitive modes', () => {
    const history = [upTo(5), upTo(1)];
    const verdictOf = (mode: CompatibilityMode) =>
      compareSchemas(history, upTo(2), mode, accepts).verdict;

    expect(verdictOf('backward')).toBe('compatible');
    expect(verdictOf('backward-transitive')).toBe('incompatible');
    expect(verdictOf('full-transitive')).toBe('incompatible');
    expect(
      compareSchemas([upTo(1), upTo(2)], upTo(3), 'forward-transitive', accepts),
    ).toMatchObject({ direction: 'forward', witness: 3 });
  });

  it('calls the first version compatible', () => {
    expect(compareSchemas([], upTo(1), 'full-transitive', accepts)).toEqual({
      verdict: 'compatible',
    });
  });

  it('prefers a witness to what it could not decide', () => {
    const history = [upTo(9), { 'made-up': 1 }];
    expect(compareSchemas(history, upTo(1), 'backward-transitive', accepts)).toMatchObject({
      verdict: 'incompatible',
    });
  });

  it('does not report a witness that the validator denies', () => {
    expect(compareSchemas([{}], upTo(1), 'backward', () => false)).toMatchObject({
      verdict: 'unknown',
      direction: 'backward',
    });
  });

  it('does not report a witness when the validator fails', () => {
    const broken = () => {
      throw new Error('cannot compile');
    };
    expect(compareSchemas([{}], upTo(1), 'forward', broken)).toEqual({ verdict: 'compatible' });
    expect(compareSchemas([{}], upTo(1), 'backward', broken)).toMatchObject({ verdict: 'unknown' });
  });

  it('says why and where something stayed unknown', () => {
    const inside = (schema: JsonSchema) => ({ properties: { 'a/b': schema }, required: ['a/b'] });

    expect(
      compareSchemas([inside({ type: 'string' })], inside({ 'made-up': 1 }), 'backward', accepts),
    ).toEqual({
      verdict: 'unknown',
      direction: 'backward',
      path: '/a~1b',
      reason: 'the keyword "made-up" is not known',
    });
  });
});

describe('what a verdict says about a witness', () => {
  const reasons: [string, JsonSchema, JsonSchema, string, string][] = [
    ['a wrong type', { const: 1 }, { type: 'object' }, '', 'the type must be object'],
    [
      'a required property',
      { type: 'object' },
      { required: ['a'] },
      '',
      'the property "a" is required',
    ],
    [
      'a property too many',
      { properties: { a: {} }, type: 'object', required: ['a'], maxProperties: 1 },
      { additionalProperties: false },
      '/a',
      'the property "a" is not allowed',
    ],
    [
      'a nested value',
      { type: 'array', items: { type: 'string' }, minItems: 1 },
      { items: { maxLength: 3 } },
      '/0',
      'at most 3 characters are allowed',
    ],
    ['an enumeration', { enum: [1, 'b'] }, { enum: [1, 'a'] }, '', 'the value must be 1 or "a"'],
    [
      'a name',
      { enum: [{ 'a/b': 1 }] },
      { propertyNames: { maxLength: 2 } },
      '/a~1b',
      'the name "a/b" is not allowed',
    ],
    ['too few items', { const: [] }, { minItems: 1 }, '', 'at least 1 items are required'],
    ['a pattern', { const: 'b' }, { pattern: '^a' }, '', 'the text must match the pattern ^a'],
    ['a format', { const: 'b' }, { format: 'date' }, '', 'the value must have the format "date"'],
    ['a step', { const: 3 }, { multipleOf: 2 }, '', 'the number must be a multiple of 2'],
    ['an integer', { const: 1.5 }, { type: 'integer' }, '', 'the type must be integer'],
    ['a lower bound', { const: 1 }, { exclusiveMinimum: 1 }, '', 'the number must be more than 1'],
    ['an upper bound', { const: 1 }, { exclusiveMaximum: 1 }, '', 'the number must be less than 1'],
    ['equal items', { const: [1, 1] }, { uniqueItems: true }, '', 'all items must differ'],
    [
      'too few matches',
      { const: [1] },
      { contains: { const: 2 } },
      '',
      'at least 1 items must match "contains"',
    ],
    [
      'too many matches',
      { const: [1, 1] },
      { contains: { const: 1 }, maxContains: 1 },
      '',
      'at most 1 items may match "contains"',
    ],
    ['a negation', { const: 1 }, { not: { const: 1 } }, '', 'the value is excluded by "not"'],
    [
      'a union',
      { const: 1 },
      { anyOf: [{ const: 2 }, { const: 3 }] },
      '',
      'none of 2 alternatives is met',
    ],
    [
      'two of one',
      { const: 1 },
      { oneOf: [{ minimum: 0 }, { minimum: 1 }] },
      '',
      '2 alternatives of "oneOf" are met',
    ],
    ['nothing', { const: 1 }, false, '', 'nothing is allowed here'],
  ];

  it.each(reasons)('names %s', (_, old, next, path, why) => {
    expect(compareSchemas([old], next, 'backward', accepts)).toMatchObject({
      verdict: 'incompatible',
      path,
      why: `the new schema rejects it: ${why}`,
    });
  });
});
