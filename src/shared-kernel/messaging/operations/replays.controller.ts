import { Body, Controller, Delete, Get, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { messagingErrors } from '../reaction-errors.js';
import { CancelReplay } from './cancel-replay.js';
import { GetReplay } from './get-replay.js';
import { ListReplays } from './list-replays.js';
import { OperatorOnly } from './operator-only.guard.js';
import { replayIdSchema, replayViewSchema } from './replay-view.js';
import { replayPlanSchema, replayRequest, StartReplay } from './start-replay.js';

const startBody = z.strictObject({
  ...replayRequest,
  dryRun: z.boolean().default(false).describe('Only counts.'),
});
const listQuery = z.object(pageQuery);
const replayId = { schema: replayIdSchema };
const tags = ['Reactions'];
const notFound = [messagingErrors.operatorOnly, messagingErrors.reactionNotFound];

/** `/v1/reactions/{id}/replays`: a stretch of the log once more, for one reaction. */
@UseGuards(OperatorOnly)
@Controller('v1/reactions/:id/replays')
export class ReplaysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Answers(
    { 200: replayPlanSchema, 202: replayViewSchema },
    {
      summary: 'Replay a stretch of the log, or count what it has',
      description:
        'Runs beside what comes in, in the order of the log. Events that are parked are left ' +
        'alone, and so is what the reaction has not come to yet.',
      scope: 'operator',
      errors: [
        ...notFound,
        messagingErrors.tooManyReplays,
        messagingErrors.replayRangeInvalid,
        messagingErrors.replayReachesRemoved,
        messagingErrors.replayIsEmpty,
      ],
      tags,
    },
  )
  async start(
    @Param('id') reactionId: string,
    @Body({ schema: startBody }) body: z.output<typeof startBody>,
    @Caller() { keyId: by }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const answer = await this.commands.execute(new StartReplay({ reactionId, ...body, by }));
    if ('dryRun' in answer) return answer;
    void reply.code(202).header('location', `/v1/reactions/${reactionId}/replays/${answer.id}`);
    return answer;
  }

  @Get()
  @Answers(
    { 200: pageSchema(replayViewSchema) },
    { summary: 'List replays, newest first', scope: 'viewer', errors: notFound, tags },
  )
  list(
    @Param('id') reactionId: string,
    @Query({ schema: listQuery }) query: z.output<typeof listQuery>,
  ) {
    return this.queries.execute(new ListReplays({ reactionId, ...query }));
  }

  @Get(':replayId')
  @Answers(
    { 200: replayViewSchema },
    {
      summary: 'Get a replay with how far it is',
      scope: 'viewer',
      errors: [...notFound, messagingErrors.replayNotFound],
      tags,
    },
  )
  get(@Param('id') reactionId: string, @Param('replayId', replayId) id: string) {
    return this.queries.execute(new GetReplay({ reactionId, replayId: id }));
  }

  @Delete(':replayId')
  @Answers(
    { 200: replayViewSchema },
    {
      summary: 'Cancel a replay',
      description: 'It ends where it is; what it did stands.',
      scope: 'operator',
      errors: [...notFound, messagingErrors.replayNotFound, messagingErrors.replayHasEnded],
      tags,
    },
  )
  async cancel(
    @Param('id') reactionId: string,
    @Param('replayId', replayId) id: string,
    @Caller() { keyId: by }: ApiCaller,
  ) {
    await this.commands.execute(new CancelReplay({ reactionId, replayId: id, by }));
    return this.queries.execute(new GetReplay({ reactionId, replayId: id }));
  }
}
