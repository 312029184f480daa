/** A JWT in compact form (RFC 7515 section 7.1), taken apart and not yet believed. */
export interface JwtParts {
  readonly algorithm: string;
  readonly keyId: string | undefined;
  /** What is signed: header and claims as they were sent. */
  readonly signed: string;
  readonly signature: Buffer;
  readonly claims: Readonly<Record<string, unknown>>;
}

const tokenCharactersMax = 8 * 1024 * 1024;
const keyIdCharactersMax = 300;

/**
 * Takes a token apart; undefined when it is none, is unsigned, or asks for an extension that must
 * be understood (`crit`). Each part has one spelling: base64url without padding or spare bits.
 */
export function jwtParts(token: string): JwtParts | undefined {
  if (token.length > tokenCharactersMax) return undefined;
  const [head = '', payload = '', signatureText = '', ...more] = token.split('.', 4);
  if (more.length > 0) return undefined;
  const header = objectIn(head);
  const claims = objectIn(payload);
  const signature = strictBase64url(signatureText);
  if (header === undefined || claims === undefined || signature === undefined) return undefined;
  const { alg, kid, crit } = header;
  if (typeof alg !== 'string' || crit !== undefined) return undefined;
  const named = typeof kid === 'string' && kid.length <= keyIdCharactersMax;
  return {
    algorithm: alg,
    keyId: named ? kid : undefined,
    signed: `${head}.${payload}`,
    signature,
    claims,
  };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function objectIn(part: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = strictBase64url(part);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(strictUtf8.decode(bytes));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function strictBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return text !== '' && bytes.toString('base64url') === text ? bytes : undefined;
}
