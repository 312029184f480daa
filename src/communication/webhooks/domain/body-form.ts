import { createHash } from 'node:crypto';
import { equalTexts } from './equal-texts.js';
import type { RequestReader } from './request-reader.js';
import type { HashForm } from './signature-algorithm.js';
import type { BodyForm } from './signed-string.js';

/** A form of the body that may be signed in its place; undefined when the body has no such form. */
export function bodyIn(form: BodyForm, request: RequestReader): string | undefined {
  const { body } = request;
  switch (form) {
    case 'crc32':
      return String(crc32(body));
    case 'base64':
      return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64');
    case 'sorted-json':
      return sortedJson(request.document.json);
    case 'md5-hex':
    case 'md5-base64':
    case 'sha1-hex':
    case 'sha1-base64':
    case 'sha512-hex':
    case 'sha512-base64':
    case 'sha256-hex':
    case 'sha256-base64':
    case 'sha256-base64url':
      return hashIn(form, body);
  }
}

/** A hash as somebody writes it down. */
function hashIn(form: HashForm, content: Uint8Array | string): string {
  const [hash = '', encoding] = form.split('-');
  const digest = createHash(hash).update(content);
  if (encoding === 'hex') return digest.digest('hex');
  return digest.digest(encoding === 'base64url' ? 'base64url' : 'base64');
}

/**
 * Whether a text is the hash of a content; hexadecimal may be in upper case, and base64url may be
 * padded.
 */
export function isHashOf(claimed: unknown, form: HashForm, content: Uint8Array | string): boolean {
  if (typeof claimed !== 'string') return false;
  return equalTexts(plainSpelling(claimed, form), hashIn(form, content));
}

function plainSpelling(claimed: string, form: HashForm): string {
  if (form.endsWith('-hex')) return claimed.toLowerCase();
  return form.endsWith('-base64url') ? claimed.replace(/={1,2}$/, '') : claimed;
}

/** The checksum of zlib and PNG (ISO 3309), which PayPal signs as a decimal number. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffff_ffff) >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) {
    value = (value & 1) === 1 ? 0xedb8_8320 ^ (value >>> 1) : value >>> 1;
  }
  return value;
});

/** Deeper documents have no sorted form: a recursion that has no end would end the program. */
const depthMax = 100;

/** The document written anew with the names of all objects in order, and without blanks. */
function sortedJson(json: unknown): string | undefined {
  if (json === undefined) return undefined;
  try {
    return JSON.stringify(sorted(json, 0));
  } catch {
    return undefined;
  }
}

function sorted(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= depthMax) throw new Error('deeper than anybody writes');
  if (Array.isArray(value)) return value.map((item: unknown) => sorted(item, depth + 1));
  const entries = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, item]: [string, unknown]) => [name, sorted(item, depth + 1)] as const);
  return Object.fromEntries(entries);
}
