import { gunzipSync } from 'node:zlib';

/** The bytes of an event and what their sender called them. */
export interface StoredPayload {
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
}

/** Payload in the answer about an event; one of these, or none when the event has no payload. */
export interface ShownData {
  readonly data?: unknown;
  readonly dataBase64?: string;
  /** Why the payload is not shown. */
  readonly dataOmitted?: string;
}

const shownBytesMax = 256 * 1024;
/** What is nested deeper is no data but an attack on the stack of whoever writes it as JSON. */
const depthMax = 64;

const jsonType = /^[\w.!#$&^+-]+\/(?:[\w.!#$&^+-]+\+)?json\s*(?:;|$)/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });
/** First bytes of a JSON object or list, and of the white space before it (RFC 8259, 2). */
const opensJson = /^[\t\n\r ]{0,100}[[{]/;

/**
 * The payload as JSON, undefined when it is none. Senders lie about the type (Amazon SNS calls its
 * JSON `text/plain`), so other types are read as well when they begin like an object or a list.
 */
export function jsonOf({ bytes: stored, contentType }: StoredPayload): unknown {
  const bytes = unzipped(stored);
  const isCalledJson = contentType !== null && jsonType.test(contentType.trim());
  if (!isCalledJson && !opensJson.test(startOf(bytes))) return undefined;
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

const unzippedBytesMax = 8 * 1_024 * 1_024;

/**
 * Webhooks are kept as they were sent, some of them as gzip, with which no JSON begins (RFC 1952,
 * 2.3.1). One that is too large to unpack reads as what it is.
 */
function unzipped(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: unzippedBytesMax });
  } catch {
    return bytes;
  }
}

/** The payload as an answer shows it: JSON as JSON, anything else as Base64, large ones not. */
export function showData(payload: StoredPayload | null): ShownData {
  if (payload === null) return {};
  const bytes = unzipped(payload.bytes);
  if (bytes.byteLength > shownBytesMax) return { dataOmitted: `it has ${bytes.byteLength} bytes` };
  const data = jsonOf({ ...payload, bytes });
  if (data === undefined) return { dataBase64: Buffer.from(payload.bytes).toString('base64') };
  if (isDeeperThan(data, depthMax)) return { dataOmitted: 'it is nested too deeply' };
  return { data };
}

const startBytes = 101;

function startOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, startBytes)).toString('latin1');
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}
