import { z } from 'zod';
import { failedStages } from './judge-outcome.js';
import type { Recovery } from './recovery.js';

const selectionState = z.strictObject({
  states: z.array(z.enum(['exhausted', 'discarded'])),
  endpointId: z.string().nullable(),
  eventType: z.string().nullable(),
  createdFromMs: z.int().nullable(),
  createdBeforeMs: z.int().nullable(),
  lastStatus: z.int().nullable(),
  lastStage: z.enum(failedStages).nullable(),
});

const replayState = z.strictObject({
  endpointId: z.string(),
  eventTypes: z.array(z.string()),
  match: z.enum(['rules', 'all']),
});

/** What a recovery does, as it is stored and shown. */
export const recoveryTaskSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('recover'), selection: selectionState }),
  z.strictObject({ kind: z.literal('replay'), selection: replayState }),
]);

/** A recovery as others may see it. */
export const recoveryStateSchema = z.strictObject({
  id: z.string(),
  task: recoveryTaskSchema,
  state: z.enum(['running', 'done', 'cancelled']),
  selected: z.int(),
  started: z.int(),
  passedOver: z.int(),
  percent: z.int().min(0).max(100),
  requestedBy: z.string(),
  requestedAtMs: z.int(),
  finishedAtMs: z.int().nullable(),
});

export type RecoveryState = z.infer<typeof recoveryStateSchema>;

export function recoveryStateOf(recovery: Recovery): RecoveryState {
  const { id, state, selected, started, passedOver } = recovery;
  return {
    id,
    task: recoveryTaskSchema.parse({ kind: recovery.kind, selection: recovery.selection }),
    state,
    selected,
    started,
    passedOver,
    percent: percentOf(recovery),
    requestedBy: recovery.requestedBy,
    requestedAtMs: recovery.requestedAtMs,
    finishedAtMs: recovery.finishedAtMs,
  };
}

/** 100 only when it is done: retention may take events of a replay away meanwhile. */
function percentOf({ state, selected, started, passedOver }: Recovery): number {
  if (state === 'done') return 100;
  return Math.min(99, Math.floor(((started + passedOver) / Math.max(1, selected)) * 100));
}
