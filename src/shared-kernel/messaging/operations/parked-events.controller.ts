import { Body, Controller, Get, Param, Post, Query, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { messagingErrors } from '../reaction-errors.js';
import { bulkResultSchema } from './bulk-change.js';
import { ListParkedEvents } from './list-parked-events.js';
import { OperatorOnly } from './operator-only.guard.js';
import { parkedEventViewSchema, parkedFilter, reasonSchema } from './parked-event-view.js';
import { RetryParkedEvents } from './retry-parked-events.js';
import { SkipParkedEvents } from './skip-parked-events.js';

const listQuery = z.object({ ...pageQuery, ...parkedFilter });
const dryRun = z.boolean().default(false).describe('Only counts.');
const retryBody = z.strictObject({
  ...parkedFilter,
  state: parkedFilter.state.unwrap().exclude(['waiting']).optional(),
  dryRun,
});
const skipBody = z.strictObject({ ...parkedFilter, reason: reasonSchema, dryRun });
const tags = ['Reactions'];
const errors = [messagingErrors.operatorOnly, messagingErrors.reactionNotFound];

/** `/v1/reactions/{id}/parked-events`: what a reaction could not handle. */
@UseGuards(OperatorOnly)
@Controller('v1/reactions/:id/parked-events')
export class ParkedEventsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: pageSchema(parkedEventViewSchema) },
    { summary: 'List parked events, oldest first', scope: 'viewer', errors, tags },
  )
  list(
    @Param('id') reactionId: string,
    @Query({ schema: listQuery }) query: z.output<typeof listQuery>,
  ) {
    return this.queries.execute(new ListParkedEvents({ reactionId, ...query }));
  }

  @Post('retry')
  @Answers(
    { 200: bulkResultSchema },
    {
      summary: 'Retry many parked events',
      description:
        'All that the filters mean, up to 5,000 at once. Those that wait behind another one of ' +
        'their key follow by themselves.',
      scope: 'operator',
      errors,
      tags,
    },
  )
  retry(
    @Param('id') reactionId: string,
    @Body({ schema: retryBody }) { dryRun, ...filter }: z.output<typeof retryBody>,
    @Caller() { keyId: by }: ApiCaller,
  ) {
    return this.commands.execute(new RetryParkedEvents({ reactionId, filter, dryRun, by }));
  }

  @Post('skip')
  @Answers(
    { 200: bulkResultSchema },
    {
      summary: 'Skip many parked events',
      description: 'All that the filters mean, up to 5,000 at once. The reaction never gets them.',
      scope: 'operator',
      errors,
      tags,
    },
  )
  skip(
    @Param('id') reactionId: string,
    @Body({ schema: skipBody }) { dryRun, reason, ...filter }: z.output<typeof skipBody>,
    @Caller() { keyId: by }: ApiCaller,
  ) {
    return this.commands.execute(new SkipParkedEvents({ reactionId, filter, reason, dryRun, by }));
  }
}
