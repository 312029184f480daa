import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { authErrors } from './auth-errors.js';

const algorithm = 'aes-256-gcm';
/** NIST SP 800-38D: 96 random bits, safe for far more secrets than anyone stores. */
const nonceBytes = 12;
const tagBytes = 16;
const version = 'v1';

/**
 * Seals secrets for storage with AES-256-GCM: `v1.<key fingerprint>.<nonce, ciphertext and tag in
 * base64url>`. The id of the row is part of what is authenticated, so that a sealed value does not
 * open in another row.
 */
export class SecretBox {
  private readonly fingerprint: string;

  /** @param key 32 bytes */
  constructor(private readonly key: Uint8Array) {
    this.fingerprint = createHash('sha256').update(key).digest('base64url').slice(0, 8);
  }

  /** @param rowId id of the row that will hold the secret */
  seal(secret: string, rowId: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(Buffer.from(rowId));
    const parts = [nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return `${version}.${this.fingerprint}.${Buffer.concat(parts).toString('base64url')}`;
  }

  /**
   * @param rowId the id that was given to `seal`
   * @throws `auth.secret-unreadable` when another key sealed it, or it was changed or moved
   */
  open(sealed: string, rowId: string): string {
    const [sealedVersion, fingerprint, payload = ''] = sealed.split('.');
    if (sealedVersion !== version || fingerprint !== this.fingerprint) {
      throw authErrors.secretUnreadable(`The secret of ${rowId} was sealed with another key.`);
    }
    const bytes = Buffer.from(payload, 'base64url');
    try {
      const nonce = bytes.subarray(0, nonceBytes);
      const decipher = createDecipheriv(algorithm, this.key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(rowId));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8');
      return text + decipher.final('utf8');
    } catch (cause) {
      const detail = `The secret of ${rowId} was changed after it was sealed.`;
      throw authErrors.secretUnreadable(detail, { cause });
    }
  }
}
