import { constants, createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { isHashOf } from './body-form.js';
import { equalTexts } from './equal-texts.js';
import { valueAt } from './json-path.js';
import { type JwtParts, jwtParts } from './jwt-parts.js';
import type { RequestReader } from './request-reader.js';
import type { JwtAlgorithm, JwtScheme } from './signature-algorithm.js';

/** What a token is checked against. */
export interface JwtContext {
  readonly request: RequestReader;
  readonly settings: Readonly<Record<string, unknown>> | null;
  readonly nowMs: number;
}

/** The key, and the text of the secret that it stands for. */
interface JwtKey {
  readonly secret: string;
  readonly key: KeyObject;
}

/**
 * Whether a token was made with this key, for this body, and is valid now.
 *
 * Written against node:crypto and not with a JWT library, because those check asynchronously, which
 * would put a turn of the event loop into every verification, and because the algorithm is fixed
 * here before the token is read: a token cannot choose how it is checked.
 */
export function verifyJwt(
  token: string,
  scheme: JwtScheme,
  { key, secret }: JwtKey,
  context: JwtContext,
): 'match' | 'mismatch' | 'stale' {
  const parts = jwtParts(token);
  if (parts === undefined) return 'mismatch';
  const algorithm = scheme.algorithms.find((name) => name === parts.algorithm);
  if (algorithm === undefined || !isSignedBy(parts, algorithm, key)) return 'mismatch';
  if (!holdsHashes(parts, scheme, context.request)) return 'mismatch';
  if (!holdsClaims(parts, scheme, context, secret)) return 'mismatch';
  return isCurrent(parts, scheme, context.nowMs) ? 'match' : 'stale';
}

/** A key of another kind verifies nothing: neither a public key as a shared one, nor a stranger. */
function isSignedBy(parts: JwtParts, algorithm: JwtAlgorithm, key: KeyObject): boolean {
  const signed = Buffer.from(parts.signed, 'latin1');
  const { signature } = parts;
  const hash = `sha${algorithm.slice(2)}`;
  switch (algorithm) {
    case 'HS256':
    case 'HS384':
    case 'HS512': {
      if (key.type !== 'secret') return false;
      const expected = createHmac(hash, key).update(signed).digest();
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    }
    case 'RS256':
    case 'RS384':
    case 'RS512':
      return key.asymmetricKeyType === 'rsa' && verify(hash, signed, key, signature);
    case 'PS256': {
      if (key.asymmetricKeyType !== 'rsa') return false;
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
      return verify(hash, signed, { key, padding, saltLength }, signature);
    }
    case 'ES256':
      if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false;
      return verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
    case 'EdDSA':
      return key.asymmetricKeyType === 'ed25519' && verify(null, signed, key, signature);
  }
}

function holdsHashes(
  { claims }: JwtParts,
  { bodyClaim, urlClaim }: JwtScheme,
  { body, url }: RequestReader,
): boolean {
  const ofBody =
    bodyClaim === undefined || isHashOf(valueAt(claims, bodyClaim.path), bodyClaim.form, body);
  const ofUrl =
    urlClaim === undefined || isHashOf(valueAt(claims, urlClaim.path), urlClaim.form, url);
  return ofBody && ofUrl;
}

function holdsClaims(
  { claims }: JwtParts,
  scheme: JwtScheme,
  { settings, request }: JwtContext,
  secret: string,
): boolean {
  return (scheme.claims ?? []).every((claim) => {
    const { path, equals, setting } = claim;
    const own = setting === undefined ? equals : (settings?.[setting] ?? '');
    const known = claim.url === true ? request.url : own;
    const wanted = claim.secret === true ? secret : known;
    const value = valueAt(claims, path);
    if (typeof wanted !== 'string') return value !== undefined;
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.some((each) => typeof each === 'string' && equalTexts(each, wanted));
  });
}

/** RFC 7519 sections 4.1.4 to 4.1.6: times are numbers of seconds; anything else is no time. */
function isCurrent({ claims }: JwtParts, scheme: JwtScheme, nowMs: number): boolean {
  const { maxAgeSeconds, leewaySeconds = 0 } = scheme;
  const now = nowMs / 1_000;
  const { exp, nbf, iat } = claims;
  if (exp !== undefined && !(isTime(exp) && now < exp + leewaySeconds)) return false;
  if (nbf !== undefined && !(isTime(nbf) && now >= nbf - leewaySeconds)) return false;
  if (maxAgeSeconds === undefined) return true;
  if (!isTime(iat)) return false;
  // `iat` has no fraction, and a clock that is a second ahead is no forger's.
  const age = now - iat;
  return age <= maxAgeSeconds + leewaySeconds && age >= -Math.max(leewaySeconds, 1);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
