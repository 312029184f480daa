import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { publicKeyIn, type PublicKeyType } from './public-key.js';
import type { KeyForm, SecretForm } from './secret-form.js';
import type { SigningSecret } from './source.js';

const secretCharactersMax = 1_000;
/** A certificate of an RSA key is some 2,000 characters. */
const publicKeyCharactersMax = 4_000;

/**
 * What is wrong with a secret's text for this form, as half a sentence, or null when it can be
 * used.
 */
export function secretFault(value: string, form: SecretForm): string | null {
  const isPublic = form.startsWith('public:');
  if (value === '') return 'must not be empty';
  if (value.length > (isPublic ? publicKeyCharactersMax : secretCharactersMax)) {
    return `must be at most ${isPublic ? '4,000' : '1,000'} characters`;
  }
  // The lines of a PEM are part of it, and so is the line break at its end.
  const line = isPublic ? value.trimEnd().replace(/\r?\n/g, '') : value;
  if (line !== line.trim()) return 'must not begin or end with a blank or a line break';
  if (/[\p{Cc}\p{Cs}]/u.test(line)) return 'must not hold control characters';
  return importable(value, form) === null ? `is not ${formNames[form]}` : null;
}

/**
 * Imported keys by secret: reading one anew costs several times what the HMAC of a small body does.
 * Weak, so a key is forgotten together with its secret.
 */
const importedKeys = new WeakMap<SigningSecret, { form: SecretForm; key: KeyObject | null }>();

/**
 * The key of a secret, or null when the secret does not have this form: then nothing may match it.
 * Of a secret that is no key (an address, user and password) it holds the bytes of the text.
 */
export function keyOf(secret: SigningSecret, form: SecretForm): KeyObject | null {
  const known = importedKeys.get(secret);
  if (known?.form === form) return known.key;
  const usable = secretFault(secret.value, form) === null;
  const key = usable ? importable(secret.value, form) : null;
  importedKeys.set(secret, { form, key });
  return key;
}

const formNames = {
  utf8: 'text',
  hex: 'hexadecimal',
  base64: 'base64',
  whsec: 'base64 after an optional whsec_',
  'sha1-of-text': 'text',
  'sha256-of-text': 'text',
  'sha512-of-text': 'text',
  'public:ed25519': 'an Ed25519 public key (PEM, or hexadecimal or base64)',
  'public:p256': 'a P-256 public key (PEM, or hexadecimal or base64)',
  'public:rsa': 'an RSA public key of at least 2,048 bits (PEM or base64)',
  'public:any': 'a public key (PEM or base64)',
  'jwks-url': 'an address that begins with https://',
  'user-password': 'a user and a password with a colon between them',
} as const satisfies Record<SecretForm, string>;

/** Null when the text does not have this form. */
function importable(value: string, form: SecretForm): KeyObject | null {
  switch (form) {
    case 'public:ed25519':
    case 'public:p256':
    case 'public:rsa':
    case 'public:any':
      return publicKeyIn(value.trim(), form.slice('public:'.length) as PublicKeyType);
    case 'jwks-url':
      return isHttpsUrl(value) ? createSecretKey(Buffer.from(value)) : null;
    case 'user-password':
      return /^[^:]+:./.test(value) ? createSecretKey(Buffer.from(value)) : null;
    default: {
      const bytes = keyBytes(value, form);
      return bytes.length === 0 ? null : createSecretKey(bytes);
    }
  }
}

function isHttpsUrl(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && url.protocol === 'https:' && url.username === '' && url.password === '';
}

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
    case 'sha1-of-text':
      return createHash('sha1').update(value).digest();
    case 'sha256-of-text':
      return createHash('sha256').update(value).digest();
    case 'sha512-of-text':
      return createHash('sha512').update(value).digest();
  }
}

/** Padding is optional, as some providers leave it out. */
function base64Bytes(value: string): Buffer {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(value) ? Buffer.from(value, 'base64') : Buffer.alloc(0);
}
