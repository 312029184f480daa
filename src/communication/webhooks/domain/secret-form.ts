import type { z } from 'zod';
import type { PublicKeyType } from './public-key.js';
import type { SignatureScheme } from './provider-scheme.js';
import type { JwtScheme, keyFormSchema, SignatureAlgorithm } from './signature-algorithm.js';

/** How the text of a secret becomes the bytes of a symmetric key. */
export type KeyForm = z.infer<typeof keyFormSchema>;

/** What the secrets of a source hold: a shared key, a public key, or the address of keys. */
export type SecretForm = KeyForm | `public:${PublicKeyType}` | 'jwks-url' | 'user-password';

/** What the secrets of a scheme's sources must look like. */
export function secretFormOf({ algorithm, remoteKeys }: SignatureScheme): SecretForm {
  // Remote keys are the provider's own: the secret then only says whose webhook it is.
  if (remoteKeys !== undefined) {
    return remoteKeys.kind === 'jwks' && remoteKeys.url === undefined ? 'jwks-url' : 'utf8';
  }
  return formOf(algorithm);
}

/** Which public keys an algorithm takes; null for those that share a key. */
export function publicKeyTypeOf(algorithm: SignatureAlgorithm): PublicKeyType | null {
  switch (algorithm.kind) {
    case 'ed25519':
      return 'ed25519';
    case 'ecdsa-p256':
      return 'p256';
    case 'rsa':
      return 'rsa';
    case 'jwt':
      return isShared(algorithm) ? null : 'any';
    case 'hmac':
    case 'hash':
    case 'token':
    case 'basic':
      return null;
  }
}

function formOf(algorithm: SignatureAlgorithm): SecretForm {
  const type = publicKeyTypeOf(algorithm);
  if (type !== null) return `public:${type}`;
  switch (algorithm.kind) {
    case 'hmac':
      return algorithm.keyForm;
    case 'jwt':
      return algorithm.keyForm ?? 'utf8';
    case 'basic':
      return 'user-password';
    default:
      return 'utf8';
  }
}

/** Whether the sender of a JWT and we hold the same key. */
export function isShared({ algorithms }: JwtScheme): boolean {
  return algorithms.every((name) => name.startsWith('HS'));
}
