type Payload =
  | { readonly bytes: Uint8Array }
  | { readonly name: 'data' | 'data_base64'; readonly fault: string };

/**
 * The payload bytes of an event in the JSON format (CloudEvents 1.0.2, json-format.md, 3.1.2):
 * `data` of a JSON content type as JSON text, of any other type as the bytes of its text,
 * `data_base64` decoded. `data: null` is the payload `null`; no data at all is an empty payload.
 */
export function readPayload(data: unknown, dataBase64: unknown, contentType: unknown): Payload {
  if (dataBase64 !== undefined) return decodeBase64(data, dataBase64);
  if (data === undefined) return { bytes: new Uint8Array(0) };
  if (isJson(contentType)) return jsonBytes(data);
  if (typeof data === 'string') return { bytes: Buffer.from(data) };
  return { name: 'data', fault: 'must be text, since datacontenttype is not JSON' };
}

function decodeBase64(data: unknown, dataBase64: unknown): Payload {
  const name = 'data_base64';
  if (data !== undefined) return { name, fault: 'data and data_base64 exclude each other' };
  if (typeof dataBase64 !== 'string') return { name, fault: 'must be text' };
  const bytes = Buffer.from(dataBase64, 'base64');
  // The decoder skips what it does not know; only the canonical form comes back the same.
  if (bytes.toString('base64') === dataBase64) return { bytes };
  return { name, fault: 'must be padded Base64 (RFC 4648, 4) without line breaks' };
}

function jsonBytes(data: unknown): Payload {
  try {
    return { bytes: Buffer.from(JSON.stringify(data)) };
  } catch {
    // Parsing JSON needs no stack, writing it does.
    return { name: 'data', fault: 'is nested too deeply' };
  }
}

function isJson(contentType: unknown): boolean {
  if (typeof contentType !== 'string') return false;
  const [mediaType = ''] = contentType.toLowerCase().split(';');
  const subtype = mediaType.trim().split('/')[1] ?? '';
  return subtype === 'json' || subtype.endsWith('+json');
}
