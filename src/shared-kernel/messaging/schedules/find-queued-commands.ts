import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { QueuedCommandHistory, viewOfQueuedCommand } from './queued-command-history.js';
import { queuedCommandViewSchema } from './schedule-view.js';

/** One page of a tenant's queued commands, newest first. */
export class FindQueuedCommands extends defineQuery({
  name: 'schedules.find-queued-commands',
  input: z.strictObject({
    tenant: z.string(),
    limit: z.int(),
    before: z.int().optional(),
    state: queuedCommandViewSchema.shape.state.optional(),
    name: z.string().optional(),
  }),
  result: z.object({ items: z.array(queuedCommandViewSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindQueuedCommands)
export class FindQueuedCommandsHandler implements IQueryHandler<FindQueuedCommands> {
  constructor(private readonly history: QueuedCommandHistory) {}

  async execute({ input }: FindQueuedCommands) {
    const { items, next } = await this.history.list(input);
    return { items: items.map(viewOfQueuedCommand), next };
  }
}
