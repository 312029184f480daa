import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '../event-log.js';
import { QueuedCommandHistory } from './queued-command-history.js';
import { scheduleErrors } from './schedule-errors.js';

/** Ends a command that is due or dead; one that runs just now loses what it has not committed. */
export class CancelQueuedCommand extends defineCommand({
  name: 'schedules.cancel-queued-command',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(CancelQueuedCommand)
export class CancelQueuedCommandHandler implements ICommandHandler<CancelQueuedCommand> {
  constructor(
    private readonly history: QueuedCommandHistory,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, id } }: CancelQueuedCommand): Promise<void> {
    const row = await this.history.byId(tenant, id);
    if (row === undefined) throw scheduleErrors.commandNotFound(`There is no command ${id}.`);
    if (row.state !== 'due' && row.state !== 'dead') {
      throw scheduleErrors.commandNotCancellable(`${id} is ${row.state}.`);
    }
    await this.log.commit({ cancels: [id] });
  }
}
