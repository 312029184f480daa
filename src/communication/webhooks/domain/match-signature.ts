import {
  constants,
  createHash,
  createHmac,
  type KeyObject,
  timingSafeEqual,
  verify,
  type VerifyKeyObjectInput,
} from 'node:crypto';
import { equalTexts } from './equal-texts.js';
import type { SignatureAlgorithm } from './signature-algorithm.js';
import type { SignedPiece } from './signed-pieces.js';
import { type JwtContext, verifyJwt } from './verify-jwt.js';

/** A key with the secret that it stands for. */
export interface NamedKey {
  readonly secretId: string;
  /** The text of the secret, for schemes that put it into what is signed. */
  readonly secret: string;
  readonly key: KeyObject;
}

/** `stale` is a signature that is right, and says itself that its time is over. */
export type SignatureMatch = 'match' | 'mismatch' | 'stale';

/**
 * Checks signatures over the same pieces with one key. What the key makes of the pieces is worked
 * out once; signatures that can be worked out are compared in constant time.
 */
export function signatureMatcher(
  algorithm: SignatureAlgorithm,
  named: NamedKey,
  pieces: readonly SignedPiece[],
  jwt: JwtContext,
): (signature: Uint8Array) => SignatureMatch {
  const { key, secret } = named;
  switch (algorithm.kind) {
    case 'hmac': {
      const expected = digestOf(createHmac(algorithm.hash, key), pieces, secret);
      return (signature) => matchIf(isSame(signature, expected));
    }
    case 'hash': {
      const expected = digestOf(createHash(algorithm.hash), pieces, secret);
      return (signature) => matchIf(isSame(signature, expected));
    }
    case 'ed25519':
    case 'ecdsa-p256':
    case 'rsa': {
      const message = joined(pieces, secret);
      const input = { ...keyInput(algorithm), key };
      const hash = algorithm.kind === 'rsa' ? algorithm.hash : 'sha256';
      const name = algorithm.kind === 'ed25519' ? null : hash;
      return (signature) => matchIf(verify(name, message, input, signature));
    }
    case 'token':
    case 'basic': {
      const expected = key.export();
      return (signature) => matchIf(equalTexts(signature, expected));
    }
    case 'jwt':
      return (signature) => {
        const token = Buffer.from(signature).toString('latin1');
        return verifyJwt(token, algorithm, named, jwt);
      };
  }
}

function matchIf(same: boolean): SignatureMatch {
  return same ? 'match' : 'mismatch';
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

interface Hashing {
  update(data: string, encoding: 'latin1' | 'utf8'): unknown;
  update(data: Uint8Array): unknown;
  digest(): Buffer;
}

function digestOf(hashing: Hashing, pieces: readonly SignedPiece[], secret: string): Buffer {
  for (const piece of pieces) {
    // Node reads header bytes as Latin-1, so that is how the sender's own bytes come back.
    if (typeof piece === 'string') hashing.update(piece, 'latin1');
    else if ('kind' in piece) hashing.update(secret, 'utf8');
    else hashing.update(piece);
  }
  return hashing.digest();
}

function joined(pieces: readonly SignedPiece[], secret: string): Buffer {
  return Buffer.concat(
    pieces.map((piece) => {
      if (typeof piece === 'string') return Buffer.from(piece, 'latin1');
      return 'kind' in piece ? Buffer.from(secret) : piece;
    }),
  );
}

type PublicAlgorithm = Extract<SignatureAlgorithm, { kind: 'ed25519' | 'ecdsa-p256' | 'rsa' }>;

function keyInput(algorithm: PublicAlgorithm): Omit<VerifyKeyObjectInput, 'key'> {
  switch (algorithm.kind) {
    case 'ed25519':
      return {};
    case 'ecdsa-p256':
      return { dsaEncoding: algorithm.form === 'raw' ? 'ieee-p1363' : 'der' };
    case 'rsa':
      return algorithm.padding === 'pkcs1'
        ? { padding: constants.RSA_PKCS1_PADDING }
        : {
            padding: constants.RSA_PKCS1_PSS_PADDING,
            saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
          };
  }
}
