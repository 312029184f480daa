import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '../event-log.js';
import { scheduleErrors } from './schedule-errors.js';
import { StoredSchedules } from './stored-schedules.js';

/** Makes a schedule due now, also a paused one; its next time stays as it is. */
export class RunSchedule extends defineCommand({
  name: 'schedules.run-schedule',
  input: z.strictObject({ id: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(RunSchedule)
export class RunScheduleHandler implements ICommandHandler<RunSchedule> {
  constructor(
    private readonly stored: StoredSchedules,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { id } }: RunSchedule): Promise<void> {
    const row = await this.stored.byId(id);
    if (row === undefined) throw scheduleErrors.scheduleNotFound(`There is no schedule ${id}.`);
    const writes = [this.stored.ask(id, this.clock.now())];
    await this.log.commit({ writes, due: ['schedule'] });
  }
}
