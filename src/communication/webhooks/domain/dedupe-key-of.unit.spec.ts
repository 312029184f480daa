import { createHash } from 'node:crypto';
import { dedupeKeyOf } from './dedupe-key-of.js';
import { dedupeKeySchema, type DedupeKey } from './dedupe-key.js';
import { describeWebhook } from './describe-webhook.js';
import type { WebhookHeaders } from './headers.js';
import { github } from './providers/github.js';

function keyOf(configured: DedupeKey | null, headers: WebhookHeaders, text: string): string {
  const body = Buffer.from(text);
  const description = describeWebhook(github, 'github', { headers, body });
  return dedupeKeyOf(description, configured, headers, body);
}

const delivered = { 'x-github-delivery': 'd-1', 'x-order': ' 77 ' };
const contentKey = `sha256:${createHash('sha256').update('{"order":{"no":78}}').digest('hex')}`;

it.each([
  ['the configured header', { header: 'x-order' }, delivered, 'key:77'],
  ['the configured path', { jsonPath: 'order.no' }, delivered, 'key:78'],
  ['the delivery id when the configured key is absent', { header: 'x-no' }, delivered, 'id:d-1'],
  ['the delivery id when none is configured', null, delivered, 'id:d-1'],
  ['the content when there is no id', null, {}, contentKey],
  ['the content when all else is absent', { jsonPath: 'order.none' }, {}, contentKey],
])('is %s', (_case, configured, headers, key) => {
  expect(keyOf(configured, headers, '{"order":{"no":78}}')).toBe(key);
});

it('tells an id from a hash that is written the same', () => {
  const { 'x-order': _order, ...headers } = { ...delivered, 'x-github-delivery': contentKey };
  expect(keyOf(null, headers, '{}')).toBe(`id:${contentKey}`);
});

it('passes over a configured key that is too long to be kept', () => {
  expect(keyOf({ header: 'x-long' }, { 'x-long': 'x'.repeat(301) }, '{"order":{"no":78}}')).toBe(
    contentKey,
  );
});

it.each([
  [{ header: 'X-Order-Id' }, { header: 'x-order-id' }],
  [{ jsonPath: 'data.id' }, { jsonPath: 'data.id' }],
])('is configured by %j', (input, parsed) => {
  expect(dedupeKeySchema.parse(input)).toEqual(parsed);
});

it.each([{}, { header: 'x', jsonPath: 'y' }, { header: 'a b' }, { jsonPath: '.' }, 'x-id'])(
  'is not configured by %j',
  (input) => {
    expect(dedupeKeySchema.safeParse(input).success).toBe(false);
  },
);
