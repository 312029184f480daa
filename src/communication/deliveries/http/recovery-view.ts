import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { GetRecovery } from '../queries/get-recovery.js';

const state = GetRecovery.contract.result;
const time = z.iso.datetime();

/** A recovery as the API shows it. */
export const recoveryView = state
  .omit({ task: true, requestedAtMs: true, finishedAtMs: true })
  .extend({
    kind: z.enum(['recover', 'replay']),
    filter: z.record(z.string(), z.unknown()).describe('What was asked for; null takes all.'),
    selected: z.int().describe('Deliveries, or events of a replay, counted when it was asked for.'),
    started: z.int().describe('Deliveries that were made due.'),
    passedOver: z
      .int()
      .describe('Those that changed meanwhile, and events of a replay that no rule sends there.'),
    requestedAt: time,
    finishedAt: time.nullable(),
  })
  .meta({ id: 'DeliveryRecovery' });

export function viewOfRecovery(recovery: z.infer<typeof state>): z.infer<typeof recoveryView> {
  const { task, requestedAtMs, finishedAtMs, ...facts } = recovery;
  return {
    ...facts,
    kind: task.kind,
    filter: filterOf(task.selection),
    requestedAt: isoTime(requestedAtMs),
    finishedAt: finishedAtMs === null ? null : isoTime(finishedAtMs),
  };
}

type Selection = z.infer<typeof state>['task']['selection'];

function filterOf(selection: Selection): Record<string, unknown> {
  if (!('states' in selection)) return selection;
  const { createdFromMs, createdBeforeMs, ...filter } = selection;
  return {
    ...filter,
    from: createdFromMs === null ? null : isoTime(createdFromMs),
    to: createdBeforeMs === null ? null : isoTime(createdBeforeMs),
  };
}
