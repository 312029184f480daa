import type { EventRow } from '#shared-kernel/messaging/event-row.js';
import { type DeliveredEvent, encodePayload } from './encode-payload.js';
import type { Endpoint } from './endpoint.js';
import type { OutgoingMessage } from './message-sender.js';
import { signMessage } from './sign-message.js';

/**
 * The request of one try: the event in the endpoint's format, signed with all of its secrets. The
 * id and the body are the same on every try, the timestamp is new.
 */
export function composeMessage(
  { url, secrets, payloadFormat, timeoutMs }: Endpoint,
  event: EventRow,
  nowMs: number,
): OutgoingMessage {
  const { contentType, body } = encodePayload(payloadFormat, deliveredEventOf(event));
  const signature = signMessage({
    secrets: secrets.map(({ value }) => value),
    messageId: event.id,
    timestampSeconds: Math.floor(nowMs / 1_000),
    body,
  });
  return { url, headers: { 'content-type': contentType, ...signature }, body, timeoutMs };
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
