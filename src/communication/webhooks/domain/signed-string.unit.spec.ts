import { signedString } from './signed-string.js';

it('reads a template into literals, body, time and id', () => {
  expect(signedString('v0:{timestamp}:{id}{body}')).toEqual([
    { kind: 'literal', text: 'v0:' },
    { kind: 'timestamp' },
    { kind: 'literal', text: ':' },
    { kind: 'id' },
    { kind: 'body' },
  ]);
});

it.each(['', 'body', '{timestamp}', '{body}{body}', '{body}{url}', '{{body}}', '{body}ü', '{body'])(
  'refuses %j',
  (template) => {
    expect(() => signedString(template)).toThrow('not a template');
  },
);
