import fc from 'fast-check';
import { Budget, defaultLimits } from './budget.js';
import { findWord } from './find-word.js';
import { PatternLibrary } from './pattern-library.js';
import type { PatternAutomaton } from './pattern-automaton.js';

const library = new PatternLibrary();

function automatonOf(pattern: string): PatternAutomaton {
  const automaton = library.automaton(pattern);
  if (!automaton) throw new Error(`not followed: ${pattern}`);
  return automaton;
}

const piece = fc.constantFrom(
  ...'a b 0 . ^ $ \\d \\w \\s \\S [ab] [^a] [a-c0-9] [^\\d-] \\. \\u0061 \\u{62} \\x63 é 😀 '.split(
    ' ',
  ),
);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '{0,}', '*?');
const { pattern: anyPattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3 },
    fc
      .tuple(piece, quantifier)
      .map(([part, times]) =>
        part === '^' || part === '$' ? part : part + (part === '' ? '' : times),
      ),
    fc.array(tie('pattern'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie('pattern'), quantifier).map(([part, times]) => `(${part})${times}`),
  ),
}));
const anyText = fc
  .array(fc.constantFrom(...Array.from('ab0c.é \n'), '😀', 'B'), { maxLength: 6 })
  .map((letters) => letters.join(''));

describe('a pattern as an automaton', () => {
  it('matches what RegExp matches', () => {
    fc.assert(
      fc.property(anyPattern, fc.array(anyText, { maxLength: 8 }), (pattern, texts) => {
        const regExp = new RegExp(pattern, 'u');
        const automaton = automatonOf(pattern);
        for (const text of ['', ...texts]) {
          expect([text, automaton.matches(text)]).toEqual([text, regExp.test(text)]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ...[
      '(?=a)',
      '(?!a)',
      '(?<=a)',
      '\\bword',
      '(a)\\1',
      '\\p{L}',
      '\\cA',
      '(?<n>a)\\k<n>',
      '\\ud83d',
    ],
    ...[
      '(',
      'a)',
      '[a',
      '*a',
      'a{2,1}',
      'a{',
      '\\',
      '\\q',
      '[b-a]',
      '[\\d-z]',
      '\\x0',
      '\\u{110000}',
    ],
    ...['a{1000000}', '(a{200}){200}', 'a'.repeat(1_001), '('.repeat(60) + ')'.repeat(60)],
  ])('is not made of %s', (pattern) => {
    expect(library.automaton(pattern)).toBeUndefined();
  });

  it('reads named groups as groups', () => {
    expect(automatonOf('^(?<year>\\d{4})-(?<month>\\d\\d)$').matches('2020-01')).toBe(true);
  });

  it('stays fast where backtracking would not', () => {
    const text = `${'a'.repeat(2_000)}!`;
    const startedAt = process.cpuUsage();
    expect(automatonOf('^(a+)+$').matches(text)).toBe(false);
    expect(process.cpuUsage(startedAt).user / 1e6).toBeLessThan(1);
  });
});

describe('looking for a word', () => {
  const find = (
    matching: string[],
    notMatching: string[] = [],
    lengthMin = 0,
    lengthMax = Infinity,
  ) =>
    findWord(
      {
        matching: matching.map(automatonOf),
        notMatching: notMatching.map(automatonOf),
        lengthMin,
        lengthMax,
      },
      new Budget(defaultLimits),
    );

  it('finds the shortest one', () => {
    expect(find(['^a+$', '^(aa)*$'], ['^$'])).toEqual({ kind: 'word', word: 'aa' });
    expect(find(['^[a-z]+$'], [], 4)).toEqual({ kind: 'word', word: 'aaaa' });
    expect(find(['^.$'], ['^[ -~]$'])).toMatchObject({ kind: 'word' });
  });

  it('proves that there is none', () => {
    expect(find(['^[a-z]+$'], ['^[a-z0-9]+$'])).toEqual({ kind: 'none' });
    expect(find(['^a{3,}$'], [], 0, 2)).toEqual({ kind: 'none' });
    expect(find([], [], 3, 2)).toEqual({ kind: 'none' });
    expect(find(['^a?$'], [], 2)).toEqual({ kind: 'none' });
    expect(find(['$^'], ['^$'])).toEqual({ kind: 'none' });
  });

  it('gives up on words that are too long or too entangled', () => {
    expect(find([], [], 5_000)).toEqual({ kind: 'too-large' });
    expect(find(['a(a|b){15}$'], ['b(a|b){15}$'], 40).kind).toBe('too-large');
  });

  it('finds only words that RegExp confirms, and only where there are such', () => {
    const pair = fc.tuple(anyPattern, anyPattern);
    fc.assert(
      fc.property(pair, fc.array(anyText, { maxLength: 8 }), ([yes, no], texts) => {
        const [wanted, unwanted] = [new RegExp(yes, 'u'), new RegExp(no, 'u')];
        const isWord = (text: string) => wanted.test(text) && !unwanted.test(text);
        const found = find([yes], [no]);
        if (found.kind === 'word')
          expect([found.word, isWord(found.word)]).toEqual([found.word, true]);
        if (found.kind === 'none') expect(texts.filter(isWord)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
