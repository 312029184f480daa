import { createPublicKey, type KeyObject } from 'node:crypto';

/** Which keys an algorithm takes; `any` leaves it to the token's own algorithm. */
export type PublicKeyType = 'ed25519' | 'p256' | 'rsa' | 'any';

const rsaBitsMin = 2_048;

/** DER of a SubjectPublicKeyInfo (RFC 8410, RFC 5480) before the bytes of the bare key. */
const spkiPrefix = {
  ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
  p256: Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex'),
} as const;

/**
 * The public key in a text: PEM (also a certificate), or DER or the bare key of 32 bytes (Ed25519)
 * or 65 bytes (P-256) as hexadecimal or base64, also behind the `whpk_` of Standard Webhooks.
 *
 * @returns null when it holds no such key; a private key is refused, since it should not be here
 */
export function publicKeyIn(text: string, type: PublicKeyType): KeyObject | null {
  if (text.includes('-----BEGIN')) {
    return text.includes('PRIVATE') ? null : checked(() => createPublicKey(text), type);
  }
  const bytes = bytesIn(text.replace(/^whpk_/, ''));
  const bare = bytes === null ? null : withPrefix(bytes, type);
  const der = bare ?? bytes;
  if (der === null) return null;
  return checked(() => createPublicKey({ key: der, format: 'der', type: 'spki' }), type);
}

/** Whether a key is of this type and strong enough to believe what it verifies. */
export function isUsable(key: KeyObject, type: PublicKeyType): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  switch (type) {
    case 'ed25519':
      return asymmetricKeyType === 'ed25519';
    case 'p256':
      return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1';
    case 'rsa':
      return (
        asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= rsaBitsMin
      );
    case 'any':
      return (['ed25519', 'p256', 'rsa'] as const).some((each) => isUsable(key, each));
  }
}

function checked(read: () => KeyObject, type: PublicKeyType): KeyObject | null {
  try {
    const key = read();
    return isUsable(key, type) ? key : null;
  } catch {
    return null;
  }
}

function bytesIn(text: string): Buffer | null {
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[\w+/-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : null;
}

function withPrefix(bytes: Buffer, type: PublicKeyType): Buffer | null {
  if (bytes.length === 32 && (type === 'ed25519' || type === 'any')) {
    return Buffer.concat([spkiPrefix.ed25519, bytes]);
  }
  if (bytes.length === 65 && (type === 'p256' || type === 'any')) {
    return Buffer.concat([spkiPrefix.p256, bytes]);
  }
  return null;
}
