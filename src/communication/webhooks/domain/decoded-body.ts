import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** A body that would become larger than this, or than so many times its size, is not unpacked. */
const decodedBytesMax = 8 * 1_024 * 1_024;
const growthMax = 100;
/** Small bodies may grow to this whatever their ratio is. */
const freeBytes = 64 * 1_024;

type Decode = (body: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

const decoders: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  // Some senders leave the zlib header out, which RFC 9110 section 8.4.1.2 tells to put up with.
  [
    'deflate',
    (body, options) => (hasZlibHeader(body) ? inflateSync : inflateRawSync)(body, options),
  ],
  ['br', brotliDecompressSync],
]);

/**
 * What a body says when its `content-encoding` is taken away, for reading only: what is signed and
 * stored is what was sent. Undefined when the encoding is none of ours, several lie over each
 * other, the bytes are not so encoded, or too much would come out.
 */
export function decodedBody(
  contentEncoding: string | undefined,
  body: Uint8Array,
): Uint8Array | undefined {
  const encoding = contentEncoding?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return body;
  const decode = decoders.get(encoding);
  if (decode === undefined) return undefined;
  const maxOutputLength = Math.min(decodedBytesMax, freeBytes + body.length * growthMax);
  try {
    return decode(body, { maxOutputLength });
  } catch {
    return undefined;
  }
}

/** RFC 1950, section 2.2: method 8, and the two bytes are a multiple of 31. */
function hasZlibHeader([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
