import { signedString, templateFault } from './signed-string.js';

it('reads a template into literals, body, time and id', () => {
  expect(signedString('v0:{timestamp}:{id}{body}')).toEqual([
    { kind: 'literal', text: 'v0:' },
    { kind: 'timestamp' },
    { kind: 'literal', text: ':' },
    { kind: 'id' },
    { kind: 'body' },
  ]);
});

it.each([
  ['{url}', { kind: 'url', form: 'full' }],
  ['{url:path-query}', { kind: 'url', form: 'path-query' }],
  ['{sorted-form}', { kind: 'sorted-form', form: 'joined' }],
  ['{sorted-form:pairs}', { kind: 'sorted-form', form: 'pairs' }],
  ['{body:crc32}', { kind: 'body-form', form: 'crc32' }],
  ['{json:a.b}', { kind: 'place', place: { kind: 'json', path: 'a.b' }, optional: false }],
  ['{json?:a}', { kind: 'place', place: { kind: 'json', path: 'a' }, optional: true }],
  [
    '{header:X-Id}',
    { kind: 'place', place: { kind: 'header', headers: ['x-id'] }, optional: false },
  ],
  ['{query:q}', { kind: 'place', place: { kind: 'query', name: 'q' }, optional: false }],
  ['{form?:f}', { kind: 'place', place: { kind: 'form', field: 'f' }, optional: true }],
  ['{fields:A,B}', { kind: 'fields', names: ['A', 'B'] }],
  ['{listed-headers:X-Signed}', { kind: 'listed-headers', header: 'x-signed' }],
  ['{setting:hookId}', { kind: 'setting', name: 'hookId' }],
  ['{secret}', { kind: 'secret' }],
  ['{method}', { kind: 'method' }],
  ['\n', { kind: 'literal', text: '\n' }],
])('reads %j', (template, part) => {
  expect(signedString(template)).toEqual([part]);
  expect(signedString(template)).toBe(signedString(template));
});

it.each([
  '',
  '{url:nowhere}',
  '{{body}}',
  '{body}ü',
  '{body',
  '{body?}',
  '{body:md6-hex}',
  '{sorted-form:twice}',
  '{json:a..b}',
  '{json}',
  '{header:a b}',
  '{listed-headers:a b}',
  '{fields?:A}',
  '{constructor}',
  '{id}'.repeat(61),
])('refuses %j', (template) => {
  expect(templateFault(template)).not.toBeNull();
  expect(() => signedString(template)).toThrow('not a template');
});
