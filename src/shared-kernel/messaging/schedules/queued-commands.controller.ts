import { Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { CancelQueuedCommand } from './cancel-queued-command.js';
import { FindQueuedCommands } from './find-queued-commands.js';
import { GetQueuedCommand } from './get-queued-command.js';
import { RetryQueuedCommand } from './retry-queued-command.js';
import { scheduleErrors } from './schedule-errors.js';
import { queuedCommandDetailSchema, queuedCommandViewSchema } from './schedule-view.js';

const listQuery = z.object({
  ...pageQuery,
  state: queuedCommandViewSchema.shape.state.optional(),
  name: z.string().optional().describe('Name of the command, such as `module.do-something`.'),
});
const tags = ['Queued commands'];
const { commandNotFound, commandNotDead, commandNotCancellable } = scheduleErrors;

/** `/v1/queued-commands`: commands that run later, or apart from what wanted them. */
@Controller('v1/queued-commands')
export class QueuedCommandsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: pageSchema(queuedCommandViewSchema) },
    { summary: 'List queued commands, newest first', scope: 'viewer', tags },
  )
  list(
    @Query({ schema: listQuery }) { cursor, ...filter }: z.output<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const before = cursor === undefined ? undefined : Number(cursor);
    return this.queries.execute(new FindQueuedCommands({ ...filter, tenant, before }));
  }

  @Get(':id')
  @Answers(
    { 200: queuedCommandDetailSchema },
    {
      summary: 'Read a queued command with its input',
      scope: 'viewer',
      errors: [commandNotFound],
      tags,
    },
  )
  read(@Param('id') id: string, @Caller() { tenant }: ApiCaller) {
    return this.queries.execute(new GetQueuedCommand({ tenant, id }));
  }

  @Post(':id/retry')
  @Answers(
    { 202: null },
    {
      summary: 'Run a dead command again',
      description: 'Makes it due at once, with all its tries before it.',
      scope: 'operator',
      errors: [commandNotFound, commandNotDead],
      tags,
    },
  )
  async retry(@Param('id') id: string, @Caller() { tenant }: ApiCaller): Promise<void> {
    await this.commands.execute(new RetryQueuedCommand({ tenant, id }));
  }

  @Delete(':id')
  @Answers(
    { 204: null },
    {
      summary: 'Cancel a queued command',
      description: 'One that runs just now stores nothing more.',
      scope: 'operator',
      errors: [commandNotFound, commandNotCancellable],
      tags,
    },
  )
  async cancel(@Param('id') id: string, @Caller() { tenant }: ApiCaller): Promise<void> {
    await this.commands.execute(new CancelQueuedCommand({ tenant, id }));
  }
}
