import type { Generated, Selectable } from 'kysely';
import type { EventRecord, NewEvent } from '#shared-kernel/contracts/event-contract.js';
import { newId } from '#shared-kernel/domain/ids.js';
import {
  type MessageContext,
  traceparentOf,
} from '#shared-kernel/observability/message-context.js';

/** The log's table. `position` is the order of commits. */
interface EventTable {
  position: Generated<number>;
  id: string;
  name: string;
  version: number;
  type: string;
  source: string;
  subject: string | null;
  tenant: string;
  key: string;
  occurred_at_ms: number;
  correlation_id: string;
  causation_id: string | null;
  traceparent: string;
  hops: number;
  data: string;
  payload: Uint8Array | null;
  payload_type: string | null;
}

/** Tables that the log owns. */
export interface EventLogTables {
  event_log: EventTable;
}

/** One row of the log. */
export type EventRow = Selectable<EventTable>;

/** What a row holds before the database gives it a position. */
export interface NewEventRow {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly type: string;
  readonly source: string;
  readonly subject: string | null;
  readonly tenant: string;
  readonly key: string;
  readonly occurredAtMs: number;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly traceparent: string;
  readonly hops: number;
  readonly data: string;
  readonly payload: Uint8Array | null;
  readonly payloadType: string | null;
}

/**
 * The row of a decided event, in the context of the work that decided it.
 *
 * @param data the event's data as its contract parsed it
 */
export function newEventRow(
  event: NewEvent,
  data: unknown,
  context: MessageContext,
  nowMs: number,
): NewEventRow {
  const { contract, payload } = event;
  return {
    id: event.id ?? newId('evt', nowMs),
    name: contract.name,
    version: contract.version,
    type: event.type ?? contract.name,
    source: event.source ?? `/${contract.name.split('.')[0] ?? ''}`,
    subject: event.subject ?? null,
    tenant: event.tenant,
    key: contract.key(data),
    occurredAtMs: nowMs,
    correlationId: context.correlationId,
    causationId: context.causationId,
    traceparent: traceparentOf(context),
    hops: context.hops,
    data: JSON.stringify(data),
    payload: payload?.bytes ?? null,
    payloadType: payload?.contentType ?? null,
  };
}

/** What the log knows of a stored event. */
export function eventRecordOf(row: EventRow): EventRecord {
  return {
    position: row.position,
    id: row.id,
    name: row.name,
    version: row.version,
    type: row.type,
    source: row.source,
    subject: row.subject,
    tenant: row.tenant,
    key: row.key,
    occurredAtMs: row.occurred_at_ms,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    traceparent: row.traceparent,
    hops: row.hops,
    payload: row.payload === null ? null : { bytes: row.payload, contentType: row.payload_type },
  };
}
