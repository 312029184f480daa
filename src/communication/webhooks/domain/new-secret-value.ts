import { webhookErrors } from '../errors.js';
import type { SecretForm } from './secret-form.js';

/**
 * A fresh secret in the form that people of this provider expect.
 *
 * @param randomBytes 24 to 64 bytes from a cryptographic source
 * @throws DomainError `webhooks.invalid-secret` where only the provider can say it: a public key
 */
export function newSecretValue(form: SecretForm, randomBytes: Uint8Array): string {
  const bytes = Buffer.from(randomBytes);
  switch (form) {
    case 'whsec':
      return `whsec_${bytes.toString('base64')}`;
    case 'base64':
      return bytes.toString('base64');
    case 'user-password':
      return `signalbox:${bytes.toString('hex')}`;
    case 'utf8':
    case 'hex':
    case 'sha1-of-text':
    case 'sha256-of-text':
    case 'sha512-of-text':
      return bytes.toString('hex');
    case 'public:ed25519':
    case 'public:p256':
    case 'public:rsa':
    case 'public:any':
    case 'jwks-url':
      throw webhookErrors.invalidSecret('This provider has keys of its own: copy one from there.', {
        fields: [{ path: 'secrets', fault: 'must hold what the provider shows' }],
      });
  }
}
