import { headerText } from './headers.js';
import type { SignatureScheme } from './provider-scheme.js';
import { itemsOf, pairValues, textAt } from './read-place.js';
import type { RequestReader } from './request-reader.js';
import type { HashName, SignatureAlgorithm } from './signature-algorithm.js';
import type { SignaturePlace } from './signature-place.js';

/** No provider rotates through more; what comes after is not looked at. */
const signaturesMax = 10;

/**
 * The signatures of a request as bytes that the algorithm could have made.
 *
 * @returns undefined when no place for them is filled, an empty list when none there can be read
 */
export function signaturesIn(
  { algorithm, place, encoding }: SignatureScheme,
  request: RequestReader,
): Uint8Array[] | undefined {
  const texts = signatureTexts(place, request);
  if (texts === undefined) return undefined;
  const isText = algorithm.kind === 'token' || algorithm.kind === 'jwt';
  return texts
    .slice(0, signaturesMax)
    .map((text) => {
      // Node reads header bytes as Latin-1, so that is how the sender's own bytes come back.
      if (isText) return Buffer.from(text, place.kind === 'json' ? 'utf8' : 'latin1');
      return decoded(text, encoding ?? 'base64');
    })
    .filter((signature) => fits(signature.length, algorithm));
}

const digestBytes = {
  md5: 16,
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
} as const satisfies Record<HashName, number>;

function fits(length: number, algorithm: SignatureAlgorithm): boolean {
  switch (algorithm.kind) {
    case 'hmac':
    case 'hash':
      return length === digestBytes[algorithm.hash];
    case 'ed25519':
      return length === 64;
    case 'ecdsa-p256':
      return algorithm.form === 'raw' ? length === 64 : length >= 8 && length <= 72;
    case 'rsa':
      return length >= 256 && length <= 1_024;
    case 'jwt':
    case 'token':
    case 'basic':
      return length > 0;
  }
}

function signatureTexts(place: SignaturePlace, request: RequestReader): string[] | undefined {
  const found = filledPlaces(place, request);
  if (found.length === 0) return undefined;
  switch (place.kind) {
    case 'pair':
      return found.flatMap((text) => pairValues(text, place.key, place.separator));
    case 'authorization':
      return found.map((text) => behindScheme(text, place.scheme)).filter((text) => text !== '');
    case 'body':
      return found;
    case 'header':
    case 'query':
    case 'form':
    case 'json':
      return found.flatMap((text) => cut(text, place));
  }
}

function filledPlaces(place: SignaturePlace, request: RequestReader): string[] {
  const { headers } = request;
  switch (place.kind) {
    case 'header':
      return place.headers
        .map((name) => headerText(headers, name))
        .filter((text) => text !== undefined);
    case 'pair':
      return present(headerText(headers, place.header));
    case 'authorization':
      return present(headerText(headers, 'authorization'));
    case 'body':
      return present(Buffer.from(request.body).toString('latin1') || undefined);
    case 'query':
    case 'form':
    case 'json':
      return present(textAt(place, request));
  }
}

function present(text: string | undefined): string[] {
  return text === undefined ? [] : [text];
}

interface Cutting {
  readonly prefix?: string | undefined;
  readonly separator?: string | undefined;
  readonly afterLast?: string | undefined;
}

function cut(text: string, { prefix = '', separator, afterLast }: Cutting): string[] {
  const items = separator === undefined ? [text] : itemsOf(text, separator);
  return items
    .filter((item) => item.startsWith(prefix))
    .map((item) => item.slice(prefix.length))
    .map((item) => (afterLast === undefined ? item : item.slice(item.lastIndexOf(afterLast) + 1)));
}

/** Names of schemes are the same in upper and lower case (RFC 9110 section 11.1). */
function behindScheme(text: string, scheme: string): string {
  const [name = '', ...rest] = text.split(' ');
  return name.toLowerCase() === scheme.toLowerCase() ? rest.join(' ').trim() : '';
}

/**
 * Strict, unlike `Buffer.from`, which skips what it does not know: one signature has one spelling,
 * hexadecimal letters apart. Empty when the text is not in this encoding.
 */
function decoded(text: string, encoding: 'hex' | 'base64' | 'base64url'): Uint8Array {
  const bytes = Buffer.from(text, encoding);
  const spelling = encoding === 'hex' ? text.toLowerCase() : text;
  return bytes.toString(encoding) === spelling ? bytes : Buffer.alloc(0);
}
