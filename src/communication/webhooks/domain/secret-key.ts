import { createSecretKey, type KeyObject } from 'node:crypto';
import type { KeyForm } from './provider-scheme.js';

/**
 * What a signature is checked with. Treat it as immutable: the imported key is remembered per
 * object.
 */
export interface SigningSecret {
  readonly id: string;
  /** As the provider shows it to people. */
  readonly value: string;
}

const secretCharactersMax = 1_000;

/**
 * What is wrong with a secret's text for this form, as half a sentence, or null when it can be
 * used.
 */
export function secretFault(value: string, keyForm: KeyForm): string | null {
  if (value === '') return 'must not be empty';
  if (value.length > secretCharactersMax) return 'must be at most 1,000 characters';
  if (value !== value.trim()) return 'must not begin or end with a blank or a line break';
  if (/[\p{Cc}\p{Cs}]/u.test(value)) return 'must not hold control characters';
  if (keyBytes(value, keyForm).length === 0) return `is not ${formNames[keyForm]}`;
  return null;
}

/**
 * Imported keys by secret: reading one anew costs several times what the HMAC of a small body does.
 * Weak, so a key is forgotten together with its secret.
 */
const importedKeys = new WeakMap<SigningSecret, { keyForm: KeyForm; key: KeyObject | null }>();

/**
 * The key of a secret, or null when the secret does not have this form: then nothing may match it.
 */
export function keyOf(secret: SigningSecret, keyForm: KeyForm): KeyObject | null {
  const known = importedKeys.get(secret);
  if (known?.keyForm === keyForm) return known.key;
  const usable = secretFault(secret.value, keyForm) === null;
  const key = usable ? createSecretKey(keyBytes(secret.value, keyForm)) : null;
  importedKeys.set(secret, { keyForm, key });
  return key;
}

const formNames = {
  utf8: 'text',
  hex: 'hexadecimal',
  base64: 'base64',
  whsec: 'base64 after an optional whsec_',
} as const satisfies Record<KeyForm, string>;

/** Empty when the text does not have this form. */
function keyBytes(value: string, keyForm: KeyForm): Buffer {
  switch (keyForm) {
    case 'utf8':
      return Buffer.from(value);
    case 'hex':
      return /^(?:[0-9a-f]{2})+$/i.test(value) ? Buffer.from(value, 'hex') : Buffer.alloc(0);
    case 'base64':
      return base64Bytes(value);
    case 'whsec':
      return base64Bytes(value.replace(/^whsec_/, ''));
  }
}

/** Padding is optional, as some providers leave it out. */
function base64Bytes(value: string): Buffer {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(value) ? Buffer.from(value, 'base64') : Buffer.alloc(0);
}
