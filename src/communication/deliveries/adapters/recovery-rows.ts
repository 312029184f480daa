import type { Selectable } from 'kysely';
import { recoveryTaskSchema } from '../domain/recovery-state.js';
import type { ClaimedRecovery } from '../domain/recovery-book.js';
import type { Recovery } from '../domain/recovery.js';

interface RecoveryTable {
  id: string;
  tenant: string;
  /** JSON. */
  task: string;
  state: Recovery['state'];
  selected: number;
  started: number;
  passed_over: number;
  position: number;
  up_to: number;
  requested_by: string;
  requested_at_ms: number;
  finished_at_ms: number | null;
  last_step_at_ms: number;
  /** While a step runs, the end of its lease. */
  due_at_ms: number;
  claims: number;
  claimed_by: string | null;
  traceparent: string | null;
  correlation_id: string | null;
  causation_id: string | null;
  hops: number;
}

/** Tables of recoveries and of what is left of their sets. */
export interface RecoveryTables {
  delivery_recovery: RecoveryTable;
  delivery_recovery_part: {
    recovery_id: string;
    number: number;
    /** Ids with commas between them. */
    delivery_ids: string;
  };
}

export type RecoveryRow = Selectable<RecoveryTable>;

export function rowOfRecovery(recovery: Recovery): RecoveryRow {
  const { origin, requestedAtMs } = recovery;
  return {
    id: recovery.id,
    tenant: recovery.tenant,
    task: JSON.stringify({ kind: recovery.kind, selection: recovery.selection }),
    state: recovery.state,
    selected: recovery.selected,
    started: recovery.started,
    passed_over: recovery.passedOver,
    position: recovery.position,
    up_to: recovery.upTo,
    requested_by: recovery.requestedBy,
    requested_at_ms: requestedAtMs,
    finished_at_ms: recovery.finishedAtMs,
    last_step_at_ms: requestedAtMs,
    due_at_ms: requestedAtMs,
    claims: 0,
    claimed_by: null,
    traceparent: origin.traceparent,
    correlation_id: origin.correlationId,
    causation_id: origin.causationId,
    hops: origin.hops,
  };
}

export function recoveryOf(row: RecoveryRow): Recovery {
  return {
    ...recoveryTaskSchema.parse(JSON.parse(row.task)),
    id: row.id,
    tenant: row.tenant,
    state: row.state,
    selected: row.selected,
    started: row.started,
    passedOver: row.passed_over,
    position: row.position,
    upTo: row.up_to,
    requestedBy: row.requested_by,
    requestedAtMs: row.requested_at_ms,
    finishedAtMs: row.finished_at_ms,
    origin: {
      traceparent: row.traceparent,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
      hops: row.hops,
    },
  };
}

/** Its lane is its tenant, so that one tenant's recoveries leave room for those of others. */
export function claimedRecoveryOf(row: RecoveryRow): ClaimedRecovery {
  const recovery = recoveryOf(row);
  return {
    id: row.id,
    lane: row.tenant,
    origin: recovery.origin,
    recovery,
    lastStepAtMs: row.last_step_at_ms,
    claims: row.claims,
  };
}
