import type { EventRow } from '#shared-kernel/messaging/event-row.js';
import { type DeliveredEvent, encodePayload } from './encode-payload.js';
import type { EndpointOptions } from './endpoint-options.js';
import { type Endpoint, liveSecrets } from './endpoint.js';
import type { MessageRoute, OutgoingMessage } from './message-sender.js';
import { httpSignatureHeaders } from './sign-http-message.js';
import { signMessage } from './sign-message.js';

/**
 * The request of one try: the event in the endpoint's format, signed with all secrets that have not
 * ended. The id and the body are the same on every try, the timestamp is new.
 */
export function composeMessage(
  endpoint: Endpoint,
  event: EventRow,
  nowMs: number,
): OutgoingMessage {
  const { url, payloadFormat, timeoutMs, options } = endpoint;
  const encoded = encodePayload(payloadFormat, deliveredEventOf(event));
  const { body } = encoded;
  const secrets = liveSecrets(endpoint.secrets, nowMs);
  const timestampSeconds = Math.floor(nowMs / 1_000);
  const values = secrets.map(({ value }) => value);
  const signature = signMessage({ secrets: values, messageId: event.id, timestampSeconds, body });
  const own = { 'content-type': encoded.contentType, ...encoded.headers, ...signature };
  const headers: Record<string, string> = { ...ownHeadersOf(options), ...own };
  if (options.httpSignatures) {
    // Covered is all that says what the message is: in binary mode the attributes are headers.
    const { 'webhook-signature': _signature, ...covered } = own;
    const request = { url, headers: covered, body };
    Object.assign(headers, httpSignatureHeaders(request, secrets, timestampSeconds));
  }
  return { url, headers, body, timeoutMs, route: routeOf(options) };
}

/** How connections to an endpoint are made, or null when nothing is special about them. */
export function routeOf({ tls, proxy }: EndpointOptions): MessageRoute | null {
  return tls === null && proxy === null ? null : { tls, proxy };
}

function ownHeadersOf({ headers }: EndpointOptions): Record<string, string> {
  const own: Record<string, string> = {};
  for (const name in headers) own[name] = headers[name]?.value ?? '';
  return own;
}

/** Events from outside carry their bytes; our own say everything in their data. */
function deliveredEventOf(event: EventRow): DeliveredEvent {
  const { id, type, source, subject, traceparent, payload } = event;
  return {
    id,
    type,
    source,
    subject,
    traceparent,
    occurredAtMs: event.occurred_at_ms,
    dataContentType: payload === null ? 'application/json' : event.payload_type,
    payload: payload ?? Buffer.from(event.data),
  };
}
