import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { RunnerParts } from '../runner-parts.js';
import { BulkChange, bulkResultSchema } from './bulk-change.js';
import { parkedFilter } from './parked-event-view.js';

/** Gives all parked and dead events that the filters mean their next try now. */
export class RetryParkedEvents extends defineCommand({
  name: 'messaging.retry-parked-events',
  input: z.object({
    reactionId: z.string(),
    filter: z.object(parkedFilter),
    dryRun: z.boolean(),
    by: z.string(),
  }),
  result: bulkResultSchema,
}) {}

@CommandHandler(RetryParkedEvents)
export class RetryParkedEventsHandler implements ICommandHandler<RetryParkedEvents> {
  constructor(
    private readonly parts: RunnerParts,
    private readonly bulk: BulkChange,
  ) {}

  execute({ input: { reactionId, filter, dryRun, by } }: RetryParkedEvents) {
    const { storage, clock } = this.parts;
    const nowMs = clock.now();
    return this.bulk.run({
      note: { reaction: reactionId, action: RetryParkedEvents.contract.name, by },
      filter: { ...filter, triable: true },
      dryRun,
      skips: false,
      writesOf: (events) =>
        events.map(({ position }) => storage.parked.retryNow(reactionId, position, nowMs, null)),
    });
  }
}
