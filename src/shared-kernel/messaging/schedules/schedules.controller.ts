import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { authErrors } from '#shared-kernel/auth/auth-errors.js';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { FindSchedules } from './find-schedules.js';
import { PauseSchedule } from './pause-schedule.js';
import { RunSchedule } from './run-schedule.js';
import { scheduleErrors } from './schedule-errors.js';
import { scheduleViewSchema } from './schedule-view.js';

const patchBody = z.strictObject({ paused: z.boolean() });
const tags = ['Schedules'];
const errors = [scheduleErrors.scheduleNotFound, authErrors.tenantForbidden];

/** `/v1/schedules`: work of the program that recurs. */
@Controller('v1/schedules')
export class SchedulesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: z.object({ items: z.array(scheduleViewSchema) }) },
    { summary: 'List schedules', scope: 'viewer', tags },
  )
  async list() {
    return { items: await this.queries.execute(new FindSchedules({})) };
  }

  @Post(':id/run')
  @Answers(
    { 202: null },
    {
      summary: 'Run a schedule now',
      description: 'Also a paused one. Its next time stays as it is.',
      scope: 'operator',
      errors,
      tags,
    },
  )
  async run(@Param('id') id: string, @Caller() caller: ApiCaller): Promise<void> {
    refuseTenants(caller);
    await this.commands.execute(new RunSchedule({ id }));
  }

  @Patch(':id')
  @Answers(
    { 200: scheduleViewSchema },
    {
      summary: 'Pause a schedule, or let it go on',
      description: 'What it would have run while it was paused does not come later.',
      scope: 'operator',
      errors,
      tags,
    },
  )
  change(
    @Param('id') id: string,
    @Body({ schema: patchBody }) { paused }: z.output<typeof patchBody>,
    @Caller() caller: ApiCaller,
  ) {
    refuseTenants(caller);
    return this.commands.execute(new PauseSchedule({ id, paused }));
  }
}

/** Schedules work for all tenants, so a key of one may not stop them. */
function refuseTenants({ operator, tenant }: ApiCaller): void {
  if (operator) return;
  throw authErrors.tenantForbidden(`The key in use is one of ${tenant}, not of the operator.`);
}
