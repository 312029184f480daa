import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { scheduleViewSchema } from './schedule-view.js';
import { type ScheduleRow, StoredSchedules } from './stored-schedules.js';

/** All schedules of the program, by id. */
export class FindSchedules extends defineQuery({
  name: 'schedules.find-schedules',
  input: z.strictObject({}),
  result: z.array(scheduleViewSchema),
}) {}

@QueryHandler(FindSchedules)
export class FindSchedulesHandler implements IQueryHandler<FindSchedules> {
  constructor(private readonly stored: StoredSchedules) {}

  async execute(_query: FindSchedules) {
    return (await this.stored.all()).map(viewOfSchedule);
  }
}

/** A row as the API shows it. */
export function viewOfSchedule(row: ScheduleRow): z.output<typeof scheduleViewSchema> {
  return {
    id: row.id,
    timing: row.spec,
    state: row.paused_at_ms === null ? 'active' : 'paused',
    nextRunAt: isoTime(row.occurs_at_ms),
    lastRunAt: row.last_run_at_ms === null ? null : isoTime(row.last_run_at_ms),
    lastError: row.last_error,
    failedTries: row.tries,
  };
}
