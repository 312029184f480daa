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

/** The body of a request and its `content-type`. */
export interface EncodedPayload {
  readonly contentType: string;
  readonly body: Uint8Array;
}

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
 * `data_base64`. Empty data is left out.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export function encodePayload(format: PayloadFormat, event: DeliveredEvent): EncodedPayload {
  if (format === 'raw') {
    return { contentType: headerValueOf(event.dataContentType), body: event.payload };
  }
  return { contentType: 'application/cloudevents+json', body: structuredJson(event) };
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
  const base64 = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('base64');
  return Buffer.from(`${opened},"data_base64":"${base64}"}`);
}

function isJsonText(bytes: Uint8Array): boolean {
  try {
    JSON.parse(strictUtf8.decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function headerValueOf(contentType: string | null): string {
  const fallback = 'application/octet-stream';
  return contentType !== null && headerValuePattern.test(contentType) ? contentType : fallback;
}
