import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '../event-log.js';
import { viewOfSchedule } from './find-schedules.js';
import { ScheduleBook } from './schedule-book.js';
import { scheduleErrors } from './schedule-errors.js';
import { scheduleViewSchema } from './schedule-view.js';
import { StoredSchedules } from './stored-schedules.js';

/** Lets a schedule rest, or go on; what it would have run in between does not come later. */
export class PauseSchedule extends defineCommand({
  name: 'schedules.pause-schedule',
  input: z.strictObject({ id: z.string(), paused: z.boolean() }),
  result: scheduleViewSchema,
}) {}

@CommandHandler(PauseSchedule)
export class PauseScheduleHandler implements ICommandHandler<PauseSchedule> {
  constructor(
    private readonly stored: StoredSchedules,
    private readonly book: ScheduleBook,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { id, paused } }: PauseSchedule) {
    const row = await this.stored.byId(id);
    const schedule = (await this.book.known()).get(id);
    if (row === undefined || schedule === undefined) {
      throw scheduleErrors.scheduleNotFound(`There is no schedule ${id}.`);
    }
    const isPaused = row.paused_at_ms !== null;
    if (isPaused === paused) return viewOfSchedule(row);
    const nowMs = this.clock.now();
    const { spec } = schedule.timing;
    const occursAtMs = schedule.timing.next(nowMs, nowMs);
    const write = paused ? this.stored.pause(id, nowMs) : this.stored.anew(id, spec, occursAtMs);
    await this.log.commit({ writes: [write], due: ['schedule'] });
    return viewOfSchedule(
      paused
        ? { ...row, paused_at_ms: nowMs }
        : { ...row, paused_at_ms: null, occurs_at_ms: occursAtMs, tries: 0 },
    );
  }
}
