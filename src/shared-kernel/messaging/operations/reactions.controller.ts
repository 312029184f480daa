import {
  Body,
  Controller,
  Get,
  Headers,
  Param,
  Patch,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { checkIfMatch, etagOf } from '#shared-kernel/http/if-match.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { messagingErrors } from '../reaction-errors.js';
import { GetReaction } from './get-reaction.js';
import { ListReactions } from './list-reactions.js';
import { OperatorOnly } from './operator-only.guard.js';
import { PauseReaction } from './pause-reaction.js';
import { reactionViewSchema } from './reaction-view.js';

const listQuery = z.object(pageQuery);
const patchBody = z.strictObject({ paused: z.boolean() });
const tags = ['Reactions'];
const errors = [messagingErrors.operatorOnly, messagingErrors.reactionNotFound];

/** `/v1/reactions`: what modules do when events happen, and how far they are. */
@UseGuards(OperatorOnly)
@Controller('v1/reactions')
export class ReactionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: pageSchema(reactionViewSchema) },
    {
      summary: 'List reactions with where their events are',
      scope: 'viewer',
      errors: [messagingErrors.operatorOnly],
      tags,
    },
  )
  list(@Query({ schema: listQuery }) query: z.output<typeof listQuery>) {
    return this.queries.execute(new ListReactions(query));
  }

  @Get(':id')
  @Answers(
    { 200: reactionViewSchema },
    { summary: 'Get a reaction', scope: 'viewer', errors, tags },
  )
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const { view, revision } = await this.queries.execute(new GetReaction({ id }));
    void reply.header('etag', etagOf(revision));
    return view;
  }

  @Patch(':id')
  @Answers(
    { 200: reactionViewSchema },
    {
      summary: 'Pause a reaction, or let it go on',
      description:
        'While it is paused its events wait in the log; nothing is lost. On other instances the ' +
        'change is seen within a second. A new owner changes the ETag too.',
      scope: 'operator',
      errors,
      tags,
    },
  )
  async change(
    @Param('id') id: string,
    @Body({ schema: patchBody }) { paused }: z.output<typeof patchBody>,
    @Headers('if-match') ifMatch: string | undefined,
    @Caller() { keyId: by }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const revision = ifMatch === undefined ? undefined : await this.matched(id, ifMatch);
    await this.commands.execute(new PauseReaction({ id, paused, revision, by }));
    return this.get(id, reply);
  }

  /** The revision that the caller's If-Match stands for; the command holds the change to it. */
  private async matched(id: string, ifMatch: string): Promise<number> {
    const { revision } = await this.queries.execute(new GetReaction({ id }));
    checkIfMatch(ifMatch, revision);
    return revision;
  }
}
