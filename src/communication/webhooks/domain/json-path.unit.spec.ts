import { jsonPathSchema, valueAt } from './json-path.js';

const json: unknown = JSON.parse('{"a":{"b":[{"c":1}],"":2},"__proto__":{"d":3},"n":null}');

it.each([
  ['a.b.0.c', 1],
  ['n', null],
  ['__proto__.d', 3],
  ['a.b.1', undefined],
  ['a.b.0.c.d', undefined],
  ['n.x', undefined],
  ['constructor', undefined],
  ['a.toString', undefined],
  ['a.b.map', undefined],
])('finds %s as %j', (path, value) => {
  expect(valueAt(json, path)).toBe(value);
});

it.each([
  ['a', true],
  ['a.b-c.0.ü', true],
  ['a.b.c.d.e.f.g.h.i.j', true],
  ['a.b.c.d.e.f.g.h.i.j.k', false],
  ['', false],
  ['.a', false],
  ['a.', false],
  ['a..b', false],
  ['x'.repeat(201), false],
])('takes the path %s: %s', (path, taken) => {
  expect(jsonPathSchema.safeParse(path).success).toBe(taken);
});
