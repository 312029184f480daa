import { z } from 'zod';
import type { ListedEvent } from '#shared-kernel/messaging/event-log-reader.js';

/** An event as others may see it, without its payload. */
export const eventStateSchema = z.strictObject({
  id: z.string(),
  type: z.string(),
  source: z.string(),
  subject: z.string().nullable(),
  /** When it happened, as its publisher says; when it was stored, if the publisher says nothing. */
  timeMs: z.int(),
  storedAtMs: z.int(),
  name: z.string(),
  version: z.int(),
  correlationId: z.string(),
  causationId: z.string().nullable(),
  traceId: z.string(),
  contentType: z.string().nullable(),
  payloadBytes: z.int().nullable(),
  attributes: z.record(z.string(), z.unknown()),
});

export type EventState = z.infer<typeof eventStateSchema>;

const attributesSchema = z.record(z.string(), z.unknown());

export function eventState(row: ListedEvent): EventState {
  const attributes = attributesSchema.parse(JSON.parse(row.data));
  const { timeMs } = attributes;
  return {
    id: row.id,
    type: row.type,
    source: row.source,
    subject: row.subject,
    timeMs: typeof timeMs === 'number' ? timeMs : row.occurred_at_ms,
    storedAtMs: row.occurred_at_ms,
    name: row.name,
    version: row.version,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    // W3C traceparent: version, trace id, span id, flags.
    traceId: row.traceparent.split('-')[1] ?? '',
    contentType: row.payload_type,
    payloadBytes: row.payload_bytes,
    attributes,
  };
}
