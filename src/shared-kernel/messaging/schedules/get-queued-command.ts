import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { QueuedCommandHistory, viewOfQueuedCommand } from './queued-command-history.js';
import { scheduleErrors } from './schedule-errors.js';
import { queuedCommandDetailSchema } from './schedule-view.js';

/** One queued command with its input. */
export class GetQueuedCommand extends defineQuery({
  name: 'schedules.get-queued-command',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: queuedCommandDetailSchema,
}) {}

@QueryHandler(GetQueuedCommand)
export class GetQueuedCommandHandler implements IQueryHandler<GetQueuedCommand> {
  constructor(private readonly history: QueuedCommandHistory) {}

  async execute({ input: { tenant, id } }: GetQueuedCommand) {
    const row = await this.history.byId(tenant, id);
    if (row === undefined) throw scheduleErrors.commandNotFound(`There is no command ${id}.`);
    return { ...viewOfQueuedCommand(row), input: JSON.parse(row.input) as unknown };
  }
}
