import { Body, Controller, Get, Param, Patch, Post, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { messagingErrors } from '../reaction-errors.js';
import { EditParkedEvent } from './edit-parked-event.js';
import { GetParkedEvent } from './get-parked-event.js';
import { OperatorOnly } from './operator-only.guard.js';
import {
  parkedAddressSchema,
  reasonSchema,
  wholeParkedEventViewSchema,
} from './parked-event-view.js';
import { RetryParkedEvent } from './retry-parked-event.js';
import { SkipParkedEvent } from './skip-parked-event.js';

const skipBody = z.strictObject({ reason: reasonSchema });
const editBody = z.strictObject({
  data: z.json().describe('The whole data of the event, in place of the logged one.'),
});
const address = { schema: parkedAddressSchema };
const tags = ['Reactions'];
const { operatorOnly, reactionNotFound, parkedEventNotFound, eventWaits } = messagingErrors;
const notFound = [operatorOnly, reactionNotFound, parkedEventNotFound];

/** `/v1/reactions/{id}/parked-events/{eventId}`: one event that a reaction could not handle. */
@UseGuards(OperatorOnly)
@Controller('v1/reactions/:id/parked-events/:eventId')
export class ParkedEventController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: wholeParkedEventViewSchema },
    { summary: 'Get a parked event with its data', scope: 'viewer', errors: notFound, tags },
  )
  get(@Param('id') reactionId: string, @Param('eventId', address) event: string) {
    return this.queries.execute(new GetParkedEvent({ reactionId, event }));
  }

  @Post('retry')
  @Answers(
    { 202: null },
    {
      summary: 'Retry a parked event now',
      description: 'It is tried soon, and has all its tries before it again.',
      scope: 'operator',
      errors: [...notFound, eventWaits],
      tags,
    },
  )
  retry(
    @Param('id') reactionId: string,
    @Param('eventId', address) event: string,
    @Caller() { keyId: by }: ApiCaller,
  ): Promise<void> {
    return this.commands.execute(new RetryParkedEvent({ reactionId, event, by }));
  }

  @Post('skip')
  @Answers(
    { 204: null },
    {
      summary: 'Skip a parked event',
      description: 'The reaction never gets it; those that wait behind it go on.',
      scope: 'operator',
      errors: notFound,
      tags,
    },
  )
  skip(
    @Param('id') reactionId: string,
    @Param('eventId', address) event: string,
    @Body({ schema: skipBody }) { reason }: z.output<typeof skipBody>,
    @Caller() { keyId: by }: ApiCaller,
  ): Promise<void> {
    return this.commands.execute(new SkipParkedEvent({ reactionId, event, reason, by }));
  }

  @Patch()
  @Answers(
    { 202: null },
    {
      summary: 'Edit the data of a parked event and retry it',
      description: 'For this reaction only; the log stays as it is.',
      scope: 'operator',
      errors: [...notFound, eventWaits, messagingErrors.editedDataInvalid],
      tags,
    },
  )
  edit(
    @Param('id') reactionId: string,
    @Param('eventId', address) event: string,
    @Body({ schema: editBody }) { data }: z.output<typeof editBody>,
    @Caller() { keyId: by }: ApiCaller,
  ): Promise<void> {
    return this.commands.execute(new EditParkedEvent({ reactionId, event, data, by }));
  }
}
