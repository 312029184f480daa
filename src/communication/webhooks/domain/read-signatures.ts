import { headerText, type WebhookHeaders } from './headers.js';
import type {
  HashName,
  SignatureEncoding,
  SignaturePlace,
  SignatureScheme,
} from './provider-scheme.js';
import { itemsOf, pairValues } from './read-place.js';

/** No provider rotates through more; what comes after is not looked at. */
const signaturesMax = 10;

/**
 * The signatures of a request as bytes of the algorithm's length.
 *
 * @returns undefined when no header for them is there, an empty list when none in it can be read
 */
export function signaturesIn(
  scheme: SignatureScheme,
  headers: WebhookHeaders,
): Uint8Array[] | undefined {
  const texts = signatureTexts(scheme.place, headers);
  if (texts === undefined) return undefined;
  const bytesExpected = digestBytes[scheme.algorithm.hash];
  return texts
    .slice(0, signaturesMax)
    .map((text) => decoded(text, scheme.encoding))
    .filter((signature) => signature.length === bytesExpected);
}

const digestBytes = { sha1: 20, sha256: 32, sha512: 64 } as const satisfies Record<
  HashName,
  number
>;

function signatureTexts(place: SignaturePlace, headers: WebhookHeaders): string[] | undefined {
  const names = place.kind === 'pair' ? [place.header] : place.headers;
  const found = names.map((name) => headerText(headers, name)).filter((text) => text !== undefined);
  if (found.length === 0) return undefined;
  if (place.kind === 'pair') {
    return found.flatMap((text) => pairValues(text, place.key, place.separator));
  }
  const { prefix = '', separator } = place;
  return found
    .flatMap((text) => (separator === undefined ? [text] : itemsOf(text, separator)))
    .filter((text) => text.startsWith(prefix))
    .map((text) => text.slice(prefix.length));
}

/**
 * Strict, unlike `Buffer.from`, which skips what it does not know: one signature has one spelling,
 * hexadecimal letters apart. Empty when the text is not in this encoding.
 */
function decoded(text: string, encoding: SignatureEncoding): Uint8Array {
  const bytes = Buffer.from(text, encoding);
  const spelling = encoding === 'hex' ? text.toLowerCase() : text;
  return bytes.toString(encoding) === spelling ? bytes : Buffer.alloc(0);
}
