import { change } from './known-change.js';
import type { KnownChange } from './known-change.js';

const text = { type: 'string' };
const integer = { type: 'integer' };
const number = { type: 'number' };
const array = { type: 'array' };

function variant(kind: string, more: object = {}) {
  return {
    type: 'object',
    properties: { kind: { const: kind }, ...more },
    required: ['kind', ...Object.keys(more)],
  };
}

function list(value: object) {
  const node = { type: 'object', properties: { value, next: { $ref: '#/$defs/node' } } };
  return { $ref: '#/$defs/node', $defs: { node } };
}

/** Changes to arrays, unions, conditions and references. */
export const compositionChanges: readonly KnownChange[] = [
  change('items narrowed', { ...array, items: number }, { ...array, items: integer }, 'no', 'yes'),
  change('items came', array, { ...array, items: text }, 'no', 'yes'),
  change('maxItems raised', { ...array, maxItems: 2 }, { ...array, maxItems: 3 }, 'yes', 'no'),
  change('minItems came', array, { ...array, minItems: 1 }, 'no', 'yes'),
  change('uniqueItems came', array, { ...array, uniqueItems: true }, 'no', 'yes'),
  change(
    'uniqueItems said of at most one item',
    { ...array, maxItems: 1 },
    { ...array, maxItems: 1, uniqueItems: true },
    'yes',
    'yes',
  ),
  change(
    'more different items wanted than there are',
    { ...array, items: { type: 'boolean' }, uniqueItems: true, minItems: 3 },
    false,
    'yes',
    'yes',
  ),
  change(
    'different booleans are at most two',
    { ...array, items: { type: 'boolean' }, uniqueItems: true },
    { ...array, maxItems: 2 },
    'yes',
    'no',
  ),
  change(
    'tuple got a place, open',
    { ...array, prefixItems: [text] },
    { ...array, prefixItems: [text, integer] },
    'no',
    'yes',
  ),
  change(
    'tuple got a place, closed',
    { ...array, prefixItems: [text], items: false },
    { ...array, prefixItems: [text, integer], items: false },
    'yes',
    'no',
  ),
  change(
    'tuple became a list of both',
    { ...array, prefixItems: [text, integer], items: false },
    { ...array, items: { type: ['string', 'integer'] } },
    'yes',
    'no',
  ),
  change(
    'closed tuple bounds the length',
    { ...array, prefixItems: [text, text], items: false },
    { ...array, maxItems: 2 },
    'yes',
    'no',
  ),
  change(
    'tuple with an impossible place ends there',
    { ...array, prefixItems: [text, false] },
    { ...array, maxItems: 1 },
    'yes',
    'no',
  ),
  change(
    'contains came',
    { ...array, items: number },
    { ...array, items: number, contains: { const: 1 } },
    'no',
    'yes',
  ),
  change(
    'contains of what all items are',
    { ...array, items: text, minItems: 1 },
    { ...array, contains: text },
    'yes',
    'no',
  ),
  change(
    'contains wants more than fit',
    { ...array, contains: text, minContains: 2, maxItems: 1 },
    false,
    'yes',
    'yes',
  ),
  change(
    'minContains raised',
    { contains: text, minContains: 1 },
    { contains: text, minContains: 2 },
    'no',
    'yes',
  ),
  change(
    'maxContains lowered',
    { contains: text, maxContains: 3 },
    { contains: text, maxContains: 2 },
    'no',
    'yes',
  ),
  change(
    'maxContains 0 is a negation',
    { ...array, contains: text, minContains: 0, maxContains: 0 },
    { ...array, items: { not: text } },
    'yes',
    'yes',
  ),
  change(
    'unevaluatedItems said as items',
    { ...array, prefixItems: [text], unevaluatedItems: false },
    { ...array, prefixItems: [text], items: false },
    'yes',
    'yes',
  ),

  change('anyOf got a variant', { anyOf: [text] }, { anyOf: [text, integer] }, 'yes', 'no'),
  change('anyOf lost a variant', { anyOf: [text, integer] }, { anyOf: [text] }, 'no', 'yes'),
  change('anyOf reordered', { anyOf: [text, integer] }, { anyOf: [integer, text] }, 'yes', 'yes'),
  change(
    'union of types said as a list',
    { anyOf: [text, integer] },
    { type: ['string', 'integer'] },
    'yes',
    'yes',
  ),
  change('schema became one of a union', text, { oneOf: [text, integer] }, 'yes', 'no'),
  change('schema became two of oneOf', integer, { oneOf: [integer, number] }, 'no', 'no'),
  change(
    'oneOf of different types is anyOf',
    { oneOf: [text, integer] },
    { anyOf: [text, integer] },
    'yes',
    'yes',
  ),
  change(
    'oneOf of overlapping ranges is not',
    {
      anyOf: [
        { ...integer, minimum: 0 },
        { ...integer, maximum: 5 },
      ],
    },
    {
      oneOf: [
        { ...integer, minimum: 0 },
        { ...integer, maximum: 5 },
      ],
    },
    'no',
    'yes',
  ),
  change(
    'discriminated union got a variant',
    { oneOf: [variant('a'), variant('b')] },
    { oneOf: [variant('a'), variant('b'), variant('c')] },
    'yes',
    'no',
  ),
  change(
    'discriminated union, variant with more wanted',
    { oneOf: [variant('a'), variant('b')] },
    { oneOf: [variant('a'), variant('b', { x: text })] },
    'no',
    'yes',
  ),
  change(
    'enum of kinds split into variants',
    { type: 'object', properties: { kind: { enum: ['a', 'b'] } }, required: ['kind'] },
    { oneOf: [variant('a'), variant('b')] },
    'yes',
    'yes',
  ),
  change(
    'large union unchanged but for one',
    { oneOf: Array.from('abcdefghijklmnop').map((kind) => variant(kind)) },
    { oneOf: Array.from('abcdefghijklmnopq').map((kind) => variant(kind)) },
    'yes',
    'no',
  ),
  change(
    'large union as anyOf',
    { oneOf: Array.from('abcdefghijkl').map((kind) => variant(kind, { x: text })) },
    { anyOf: Array.from('abcdefghijkl').map((kind) => variant(kind, { x: text })) },
    'yes',
    'yes',
  ),
  change(
    'allOf merged',
    { allOf: [{ type: 'object', required: ['a'] }, { properties: { a: text } }] },
    { type: 'object', required: ['a'], properties: { a: text } },
    'yes',
    'yes',
  ),
  change('allOf got a member', { allOf: [text] }, { allOf: [text, { maxLength: 3 }] }, 'no', 'yes'),
  change('allOf that contradicts itself is empty', { allOf: [text, integer] }, false, 'yes', 'yes'),
  change('not twice', text, { not: { not: text } }, 'yes', 'yes'),
  change('not came', {}, { not: text }, 'no', 'yes'),
  change('not narrowed', { not: text }, { not: { ...text, maxLength: 3 } }, 'yes', 'no'),
  change(
    'not of a value is the other',
    { type: 'boolean', not: { const: true } },
    { const: false },
    'yes',
    'yes',
  ),
  change(
    'de Morgan',
    { not: { anyOf: [text, integer] } },
    { allOf: [{ not: text }, { not: integer }] },
    'yes',
    'yes',
  ),
  change(
    'if said as anyOf',
    { if: text, then: { maxLength: 3 }, else: integer },
    { anyOf: [{ ...text, maxLength: 3 }, integer] },
    'yes',
    'yes',
  ),
  change('then without if says nothing', {}, { then: false }, 'yes', 'yes'),
  change(
    'then narrowed',
    { if: text, then: { maxLength: 3 } },
    { if: text, then: { maxLength: 2 } },
    'no',
    'yes',
  ),

  change('definition moved', { $ref: '#/$defs/a', $defs: { a: text } }, text, 'yes', 'yes'),
  change(
    'definition renamed',
    { $ref: '#/$defs/a', $defs: { a: text } },
    { $ref: '#/definitions/b', definitions: { b: text } },
    'yes',
    'yes',
  ),
  change(
    'reference by anchor',
    { $ref: '#it', $defs: { a: { $anchor: 'it', ...text } } },
    text,
    'yes',
    'yes',
  ),
  change(
    'reference by $id',
    { $id: 'https://a.example/root', $ref: 'part', $defs: { a: { $id: 'part', ...text } } },
    text,
    'yes',
    'yes',
  ),
  change('recursive list unchanged', list(text), list(text), 'yes', 'yes'),
  change('recursive list widened', list(integer), list(number), 'yes', 'no'),
  change(
    'recursive list unrolled once',
    list(text),
    {
      type: 'object',
      properties: { value: text, next: { $ref: '#/$defs/node' } },
      $defs: { node: list(text).$defs.node },
    },
    'yes',
    'yes',
  ),
  change(
    'document that would never end',
    { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] },
    false,
    'yes',
    'yes',
  ),
  change(
    'reference to the outside stayed',
    { $ref: 'https://b.example/x' },
    { $ref: 'https://b.example/x' },
    'yes',
    'yes',
  ),
  change('reference to nowhere came', {}, { $ref: '#/$defs/none' }, '?', 'yes'),
  change('reference that never ends', { $ref: '#' }, {}, '?', '?'),
];
