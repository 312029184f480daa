import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '../event-log.js';
import { QueuedCommandHistory } from './queued-command-history.js';
import { scheduleErrors } from './schedule-errors.js';

/** Makes a dead command due now, with all its tries before it. */
export class RetryQueuedCommand extends defineCommand({
  name: 'schedules.retry-queued-command',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(RetryQueuedCommand)
export class RetryQueuedCommandHandler implements ICommandHandler<RetryQueuedCommand> {
  constructor(
    private readonly history: QueuedCommandHistory,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { tenant, id } }: RetryQueuedCommand): Promise<void> {
    const row = await this.history.byId(tenant, id);
    if (row === undefined) throw scheduleErrors.commandNotFound(`There is no command ${id}.`);
    if (row.state !== 'dead') throw scheduleErrors.commandNotDead(`${id} is ${row.state}.`);
    const writes = [this.history.retry(id, this.clock.now())];
    await this.log.commit({ writes, due: ['command'] });
  }
}
