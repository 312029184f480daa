import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { TenantEvents, typeMatches } from '#shared-kernel/messaging/tenant-events.js';
import { failedStages } from '../domain/judge-outcome.js';
import {
  type RecoverableDelivery,
  RecoverableDeliveries,
} from '../domain/recoverable-deliveries.js';
import { recoveryStateSchema } from '../domain/recovery-state.js';
import { recoveryDeliveriesMax, recoveryStepSize } from '../domain/recovery.js';
import { deliveryErrors } from '../errors.js';
import { BeginRecovery } from './begin-recovery.js';

const typeCharsMax = 200;

/** An event type, or the beginning of one. */
export const eventTypePattern = z
  .string()
  .min(1)
  .max(typeCharsMax)
  .refine((pattern) => !pattern.slice(0, -1).includes('*'), '`*` may only stand at the end')
  .describe('An event type, or the beginning of one followed by `*`.');

/** What a client says of the deliveries to recover; all parts that are given must hold. */
export const recoveryRequest = z.strictObject({
  state: z.enum(['exhausted', 'discarded']).optional().describe('Both when it is left out.'),
  endpointId: z.string().optional(),
  eventType: eventTypePattern.optional(),
  from: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Only deliveries that were made then or later.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Only deliveries made before this.'),
  lastStatus: z
    .int()
    .min(100)
    .max(999)
    .optional()
    .describe('Only those whose last attempt was answered with this status.'),
  lastStage: z
    .enum(failedStages)
    .optional()
    .describe('Only those whose last attempt ended at this stage, without an answer.'),
  dryRun: z.boolean().default(false).describe('Only counts.'),
});

/** What a recovery would have. */
export const recoveryPlanSchema = z
  .strictObject({ dryRun: z.literal(true), selected: z.int() })
  .meta({ id: 'RecoveryPlan' });

/**
 * Starts settled deliveries again in the background: exactly those that the filter means at the
 * moment of the request. A dry run only counts them.
 */
export class RecoverDeliveries extends defineCommand({
  name: 'deliveries.recover-deliveries',
  input: z.strictObject({ tenant: z.string(), by: z.string(), request: recoveryRequest }),
  result: z.union([recoveryPlanSchema, recoveryStateSchema]),
}) {}

type Request = RecoverDeliveries['input']['request'];

@CommandHandler(RecoverDeliveries)
export class RecoverDeliveriesHandler implements ICommandHandler<RecoverDeliveries> {
  constructor(
    private readonly deliveries: RecoverableDeliveries,
    private readonly events: TenantEvents,
    private readonly beginning: BeginRecovery,
  ) {}

  async execute({ input: { tenant, by, request } }: RecoverDeliveries) {
    const selection = selectionOf(request);
    const found = await this.deliveries.select(tenant, selection, recoveryDeliveriesMax + 1);
    if (found.length > recoveryDeliveriesMax) {
      throw deliveryErrors.recoveryTooLarge(`It would have more than ${recoveryDeliveriesMax}.`);
    }
    const ids = await this.ofType(found, request.eventType);
    if (request.dryRun) return { dryRun: true as const, selected: ids.length };
    const parts = Array.from({ length: Math.ceil(ids.length / recoveryStepSize) }, (_, index) =>
      ids.slice(index * recoveryStepSize, (index + 1) * recoveryStepSize),
    );
    return this.beginning.begin(
      { kind: 'recover', selection },
      { tenant, by, selected: ids.length, position: 0, upTo: parts.length, parts },
    );
  }

  /** Ids of the deliveries whose event has this type; the log knows it, the delivery does not. */
  private async ofType(found: RecoverableDelivery[], pattern: string | undefined) {
    if (pattern === undefined) return found.map(({ id }) => id);
    const ids: string[] = [];
    for (let start = 0; start < found.length; start += recoveryStepSize) {
      const some = found.slice(start, start + recoveryStepSize);
      const eventIds = [...new Set(some.map(({ eventId }) => eventId))];
      const types = await this.events.typesOf(eventIds);
      const meant = new Set(
        types.filter(({ type }) => typeMatches(type, pattern)).map(({ id }) => id),
      );
      ids.push(...some.filter(({ eventId }) => meant.has(eventId)).map(({ id }) => id));
    }
    return ids;
  }
}

function selectionOf({ state, endpointId, eventType, from, to, ...last }: Request) {
  return {
    states: state === undefined ? (['exhausted', 'discarded'] as const) : [state],
    endpointId: endpointId ?? null,
    eventType: eventType ?? null,
    createdFromMs: from === undefined ? null : Date.parse(from),
    createdBeforeMs: to === undefined ? null : Date.parse(to),
    lastStatus: last.lastStatus ?? null,
    lastStage: last.lastStage ?? null,
  };
}
