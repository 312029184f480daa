import { CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { MatchEndpointEvents } from '#communication/event-processing/contracts/match-endpoint-events.query.js';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { logPointSchema } from '#shared-kernel/messaging/operations/replay-range.js';
import { type LogStretch, TenantEvents } from '#shared-kernel/messaging/tenant-events.js';
import { EndpointTested } from '../contracts/endpoint-tested.event.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';
import { recoveryStateSchema } from '../domain/recovery-state.js';
import { recoveryStepSize, type ReplaySelection } from '../domain/recovery.js';
import { deliveryErrors } from '../errors.js';
import { BeginRecovery } from './begin-recovery.js';
import { eventTypePattern } from './recover-deliveries.js';

const typesMax = 50;
/** Events that a dry run asks the rules about; past it there is only what the filter means. */
const dryRunEventsMax = 10_000;

/** What a client says of the events to replay. */
export const endpointReplayRequest = z.strictObject({
  from: logPointSchema.describe('First position, time or event id.'),
  to: logPointSchema
    .optional()
    .describe('Last one, itself included; the end of the log as it is now when it is left out.'),
  eventTypes: z.array(eventTypePattern).max(typesMax).default([]).describe('Empty: every type.'),
  match: z
    .enum(['rules', 'all'])
    .default('rules')
    .describe(
      '`rules`: the events that an enabled rule of today sends to this endpoint. ' +
        '`all`: every event that the filter means, whatever the rules say.',
    ),
  dryRun: z.boolean().default(false).describe('Only counts.'),
});

/** What a replay would have. */
export const endpointReplayPlanSchema = z
  .strictObject({
    dryRun: z.literal(true),
    selected: z.int().describe('Events that the filter means.'),
    matched: z
      .int()
      .nullable()
      .describe(`Those that would be sent; null past ${dryRunEventsMax}, since it tries each.`),
  })
  .meta({ id: 'EndpointReplayPlan' });

/** Sends events of the log to one endpoint, whether it has had them or not. */
export class ReplayToEndpoint extends defineCommand({
  name: 'deliveries.replay-to-endpoint',
  input: z.strictObject({
    tenant: z.string(),
    endpointId: z.string(),
    by: z.string(),
    request: endpointReplayRequest,
  }),
  result: z.union([endpointReplayPlanSchema, recoveryStateSchema]),
}) {}

@CommandHandler(ReplayToEndpoint)
export class ReplayToEndpointHandler implements ICommandHandler<ReplayToEndpoint> {
  constructor(
    private readonly endpoints: EndpointRegistry,
    private readonly events: TenantEvents,
    private readonly queries: QueryBus,
    private readonly beginning: BeginRecovery,
  ) {}

  async execute({ input }: ReplayToEndpoint) {
    const { tenant, endpointId, by, request } = input;
    const { from, to, eventTypes, match, dryRun } = request;
    if ((await this.endpoints.byId(tenant, endpointId)) === undefined) {
      throw deliveryErrors.endpointNotFound(`There is no endpoint ${endpointId}.`);
    }
    const stretch = await this.events.stretch(from, to);
    const selected = await this.events.count(stretch, {
      tenant,
      types: eventTypes,
      without: EndpointTested.contract.name,
    });
    const selection: ReplaySelection = { endpointId, eventTypes, match };
    if (dryRun) {
      const matched = await this.countMatched(tenant, stretch, selection, selected);
      return { dryRun: true as const, selected, matched };
    }
    return this.beginning.begin(
      { kind: 'replay', selection },
      { tenant, by, selected, position: stretch.after, upTo: stretch.upTo, parts: [] },
    );
  }

  private async countMatched(
    tenant: string,
    { after, upTo }: LogStretch,
    { endpointId, eventTypes, match }: ReplaySelection,
    selected: number,
  ): Promise<number | null> {
    if (match === 'all') return selected;
    if (selected > dryRunEventsMax) return null;
    let matched = 0;
    for (let position = after; ;) {
      const filter = { tenant, types: eventTypes, without: EndpointTested.contract.name };
      const rows = await this.events.next({ after: position, upTo }, filter, recoveryStepSize);
      const last = rows.at(-1);
      if (last === undefined) return matched;
      position = last.position;
      const eventIds = rows.map(({ id }) => id);
      const query = new MatchEndpointEvents({ tenant, endpointId, eventIds });
      matched += (await this.queries.execute(query)).length;
    }
  }
}
