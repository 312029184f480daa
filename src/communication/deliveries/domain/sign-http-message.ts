import { createHmac, hash, sign } from 'node:crypto';
import { signingKeyOf } from './signing-key.js';

/** One covered component by its name, a field in lower case or `@method` and the like. */
export type Component = readonly [name: string, value: string];

/** Parameters of a signature in the order in which they are written; `alg` may be left out. */
export interface SignatureParameters {
  /** Seconds since the epoch. */
  readonly created: number;
  readonly keyid: string;
  readonly alg?: 'ed25519' | 'hmac-sha256';
}

/** One signature: the member of `Signature-Input` and that of `Signature`, without the label. */
export interface HttpSignature {
  readonly input: string;
  readonly signature: string;
}

/**
 * Signs components of a request by RFC 9421: Ed25519 with a `whsk_` secret, HMAC-SHA256 with a
 * `whsec_` one.
 *
 * @throws Error when the secret is not one
 * @see https://www.rfc-editor.org/rfc/rfc9421.html section 2.5
 */
export function signHttpMessage(
  components: readonly Component[],
  parameters: SignatureParameters,
  secret: string,
): HttpSignature {
  const input = signatureParams(components, parameters);
  const lines = components.map(([name, value]) => `"${name}": ${value}\n`);
  const base = Buffer.from(`${lines.join('')}"@signature-params": ${input}`);
  const { kind, key } = signingKeyOf(secret);
  const bytes =
    kind === 'v1' ? createHmac('sha256', key).update(base).digest() : sign(null, base, key);
  return { input, signature: `:${bytes.toString('base64')}:` };
}

/** `Content-Digest` of a body (RFC 9530), by SHA-256. */
export function contentDigestOf(body: Uint8Array): string {
  return `sha-256=:${hash('sha256', body, 'base64')}:`;
}

/** A secret and the id by which receivers find it among the keys that they know. */
interface NamedSecret {
  readonly id: string;
  readonly value: string;
}

/**
 * The headers `content-digest`, `signature-input` and `signature` for a POST. Covered are the
 * method, the whole target, the digest of the body and the given headers.
 *
 * @param headers fields that are covered, names in lower case, as they are sent
 * @param createdSeconds time of signing, since the epoch
 */
export function httpSignatureHeaders(
  request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  },
  secrets: readonly NamedSecret[],
  createdSeconds: number,
): Record<string, string> {
  const digest = contentDigestOf(request.body);
  const components: Component[] = [
    ['@method', 'POST'],
    ['@target-uri', request.url],
    ['content-digest', digest],
    // Values are trimmed before they are signed (section 2.1), as they are when they are read.
    ...Object.entries(request.headers).map(([name, value]): Component => [name, value.trim()]),
  ];
  const signed = secrets.map(({ id, value }) => {
    const alg = signingKeyOf(value).kind === 'v1' ? 'hmac-sha256' : 'ed25519';
    return signHttpMessage(components, { created: createdSeconds, keyid: id, alg }, value);
  });
  return {
    'content-digest': digest,
    'signature-input': signed.map(({ input }, index) => `sig${index + 1}=${input}`).join(', '),
    signature: signed.map(({ signature }, index) => `sig${index + 1}=${signature}`).join(', '),
  };
}

/** Serialised as a structured field: names and ids hold no quote and no backslash (RFC 8941). */
function signatureParams(
  components: readonly Component[],
  { created, keyid, alg }: SignatureParameters,
): string {
  const names = components.map(([name]) => `"${name}"`).join(' ');
  const algorithm = alg === undefined ? '' : `;alg="${alg}"`;
  return `(${names});created=${created};keyid="${keyid}"${algorithm}`;
}
