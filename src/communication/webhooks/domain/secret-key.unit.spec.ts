import type { KeyForm } from './secret-form.js';
import { keyOf, secretFault } from './secret-key.js';

const bytes = Buffer.from('0123456789abcdef');

it.each<[KeyForm, string]>([
  ['utf8', '0123456789abcdef'],
  ['hex', bytes.toString('hex').toUpperCase()],
  ['base64', bytes.toString('base64')],
  ['base64', bytes.toString('base64').replace(/=+$/, '')],
  ['whsec', `whsec_${bytes.toString('base64')}`],
  ['whsec', bytes.toString('base64')],
])('a secret in the form %s gives its bytes as the key: %s', (keyForm, value) => {
  expect(secretFault(value, keyForm)).toBeNull();
  expect(keyOf({ id: 's', value }, keyForm)?.export()).toEqual(bytes);
});

it.each<[KeyForm, string, string]>([
  ['utf8', '', 'must not be empty'],
  ['utf8', 'x'.repeat(1_001), 'must be at most 1,000 characters'],
  ['utf8', 'secret\n', 'must not begin or end with a blank or a line break'],
  // HMAC pads short keys with zeros, so a NUL at the end would make two secrets one.
  ['utf8', 'secret\u0000', 'must not hold control characters'],
  ['utf8', '\ud800', 'must not hold control characters'],
  ['hex', 'abc', 'is not hexadecimal'],
  ['hex', 'xy', 'is not hexadecimal'],
  ['base64', 'a-b_', 'is not base64'],
  ['base64', 'A', 'is not base64'],
  ['whsec', 'whsec_', 'is not base64 after an optional whsec_'],
])('a secret in the form %s is no key: %j', (keyForm, value, fault) => {
  expect(secretFault(value, keyForm)).toBe(fault);
  expect(keyOf({ id: 's', value }, keyForm)).toBeNull();
});
