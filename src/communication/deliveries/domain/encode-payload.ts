import { isoTime } from '#shared-kernel/domain/clock.js';
import type { PayloadFormat } from './endpoint.js';

/** The event that a delivery carries. */
export interface DeliveredEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string | null;
  readonly occurredAtMs: number;
  readonly dataContentType: string | null;
  readonly payload: Uint8Array;
  readonly traceparent: string | null;
}

/** The body of a request, its `content-type`, and the headers that say what is not in the body. */
export interface EncodedPayload {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const noHeaders: Readonly<Record<string, string>> = {};

const jsonTypePattern = /^[^;\s/]+\/(?:[^;\s]+\+)?json\s*(?:;|$)/i;
/** Printable ASCII: anything else could be refused as a header value on every try. */
const headerValuePattern = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;
/** A byte order mark is kept, so that JSON.parse refuses it: within a document it is an error. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Writes an event as the body of a webhook.
 *
 * `cloudevents` is the structured mode of CloudEvents 1.0 with the `traceparent` extension. JSON
 * data is spliced in as the bytes that came, never parsed and written again, so big numbers, key
 * order and spacing reach the receiver as the sender wrote them. Anything that is not JSON goes as
 * `data_base64`. Empty data is left out. `cloudevents-binary` sends the bytes as they came, with
 * the attributes as `ce-` headers. `raw` sends only the bytes. `plain` is always a JSON document:
 * the data itself, or a string where it is no JSON, and null where there is none.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
export function encodePayload(format: PayloadFormat, event: DeliveredEvent): EncodedPayload {
  const { dataContentType, payload: body } = event;
  switch (format) {
    case 'cloudevents': {
      const contentType = 'application/cloudevents+json';
      return { contentType, headers: noHeaders, body: structuredJson(event) };
    }
    case 'cloudevents-binary':
      return {
        contentType: headerValueOf(dataContentType),
        headers: attributeHeaders(event),
        body,
      };
    case 'plain':
      return { contentType: 'application/json', headers: noHeaders, body: plainJson(event) };
    case 'raw':
      return { contentType: headerValueOf(dataContentType), headers: noHeaders, body };
  }
}

/** Attributes as headers, in the order of the structured form, without those that are absent. */
function attributeHeaders(event: DeliveredEvent): Record<string, string> {
  const headers: Record<string, string> = {
    'ce-specversion': '1.0',
    'ce-id': percentEncoded(event.id),
    'ce-source': percentEncoded(event.source),
    'ce-type': percentEncoded(event.type),
    'ce-time': isoTime(event.occurredAtMs),
  };
  if (event.subject !== null) headers['ce-subject'] = percentEncoded(event.subject);
  if (event.traceparent !== null) headers['ce-traceparent'] = event.traceparent;
  return headers;
}

/** Section 3.1.3.2 of the binding: all but printable ASCII, and space, quote and percent sign. */
function percentEncoded(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\x21-\x7e]|["%]/gu, (character) =>
      Array.from(
        Buffer.from(character),
        (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
      ).join(''),
    );
}

function plainJson({ dataContentType, payload }: DeliveredEvent): Uint8Array {
  if (payload.length === 0) return Buffer.from('null');
  const text = textOf(payload);
  if (text === null) return Buffer.from(`"${base64Of(payload)}"`);
  const isJson = jsonTypePattern.test(dataContentType ?? '') && isJsonText(payload);
  return isJson ? payload : Buffer.from(JSON.stringify(text));
}

function structuredJson(event: DeliveredEvent): Uint8Array {
  const attributes = JSON.stringify({
    specversion: '1.0',
    id: event.id,
    source: event.source,
    type: event.type,
    time: isoTime(event.occurredAtMs),
    // Members that are undefined are not written.
    subject: event.subject ?? undefined,
    datacontenttype: event.dataContentType ?? undefined,
    traceparent: event.traceparent ?? undefined,
  });
  const { payload } = event;
  if (payload.length === 0) return Buffer.from(attributes);
  const opened = attributes.slice(0, -1);
  if (jsonTypePattern.test(event.dataContentType ?? '') && isJsonText(payload)) {
    return Buffer.concat([Buffer.from(`${opened},"data":`), payload, Buffer.from('}')]);
  }
  return Buffer.from(`${opened},"data_base64":"${base64Of(payload)}"}`);
}

function base64Of({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('base64');
}

function isJsonText(bytes: Uint8Array): boolean {
  try {
    JSON.parse(strictUtf8.decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

function headerValueOf(contentType: string | null): string {
  const fallback = 'application/octet-stream';
  return contentType !== null && headerValuePattern.test(contentType) ? contentType : fallback;
}
