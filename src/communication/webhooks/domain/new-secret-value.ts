import type { ProviderName } from './provider-name.js';

/**
 * A fresh secret in the form that people of this provider expect.
 *
 * @param randomBytes 24 to 64 bytes from a cryptographic source
 */
export function newSecretValue(provider: ProviderName, randomBytes: Uint8Array): string {
  const bytes = Buffer.from(randomBytes);
  return provider === 'standard-webhooks'
    ? `whsec_${bytes.toString('base64')}`
    : bytes.toString('hex');
}
