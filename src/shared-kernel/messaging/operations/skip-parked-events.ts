import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { RunnerParts } from '../runner-parts.js';
import { BulkChange, bulkResultSchema } from './bulk-change.js';
import { parkedFilter } from './parked-event-view.js';

/** Takes all events that the filters mean out of a reaction; those behind them go on. */
export class SkipParkedEvents extends defineCommand({
  name: 'messaging.skip-parked-events',
  input: z.object({
    reactionId: z.string(),
    filter: z.object(parkedFilter),
    reason: z.string(),
    dryRun: z.boolean(),
    by: z.string(),
  }),
  result: bulkResultSchema,
}) {}

@CommandHandler(SkipParkedEvents)
export class SkipParkedEventsHandler implements ICommandHandler<SkipParkedEvents> {
  constructor(
    private readonly parts: RunnerParts,
    private readonly bulk: BulkChange,
  ) {}

  execute({ input: { reactionId, filter, reason, dryRun, by } }: SkipParkedEvents) {
    const { parked } = this.parts.storage;
    const nowMs = this.parts.clock.now();
    return this.bulk.run({
      note: { reaction: reactionId, action: SkipParkedEvents.contract.name, by, reason },
      filter,
      dryRun,
      skips: true,
      writesOf: (events) => [
        ...events.map(({ position }) => parked.remove(reactionId, position)),
        ...[...new Set(events.map(({ key }) => key))].map((key) =>
          parked.releaseNext(reactionId, key, nowMs),
        ),
      ],
    });
  }
}
