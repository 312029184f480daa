import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { eventErrors } from '../errors.js';
import { FindEvents } from '../queries/find-events.js';
import { GetEventPayload } from '../queries/get-event-payload.js';
import { GetEvent } from '../queries/get-event.js';
import { eventDetailView, eventView, viewOfEvent, viewOfEventDetail } from './event-view.js';

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const filterCharsMax = 500;
const listQuery = z.object({
  ...pageQuery,
  type: z
    .string()
    .max(filterCharsMax)
    .optional()
    .meta({ examples: ['github.push'] }),
  source: z.string().max(filterCharsMax).optional(),
  correlationId: z.string().max(filterCharsMax).optional(),
  occurredFrom: time.optional().describe('The first time of the list, ISO 8601.'),
  occurredBefore: time.optional().describe('The time at which the list ends, ISO 8601.'),
  derived: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Whether events that reactions caused are listed beside those from outside.'),
});
const tags = ['Events'];

/** Media types (RFC 9110, 8.3.1) that may stand in a header as they are. */
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:\s*;[\x20-\x7e]*)?$/;

/** `/v1/events`: what happened. */
@Controller('v1/events')
export class EventsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Answers(
    { 200: pageSchema(eventView) },
    { summary: 'List events, newest first', scope: 'viewer', tags },
  )
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const { cursor, occurredFrom, occurredBefore, derived, ...filter } = query;
    const page = await this.queries.execute(
      new FindEvents({
        ...filter,
        tenant,
        // A cursor of another list holds text; behind the position 0 there is nothing.
        before: typeof cursor === 'string' ? 0 : cursor,
        occurredFromMs: occurredFrom,
        occurredBeforeMs: occurredBefore,
        derived: derived === 'true',
      }),
    );
    return { ...page, items: page.items.map(viewOfEvent) };
  }

  @Get(':id')
  @Answers(
    { 200: eventDetailView },
    {
      summary: 'Read an event with its timeline',
      scope: 'viewer',
      errors: [eventErrors.eventNotFound, eventErrors.eventArchived],
      tags,
    },
  )
  async read(@Param('id') id: string, @Caller() { tenant }: ApiCaller) {
    return viewOfEventDetail(await this.queries.execute(new GetEvent({ tenant, id })));
  }

  @Get(':id/payload')
  @Answers(
    { 200: { mediaType: '*/*', description: 'The exact bytes, with the sender’s content type.' } },
    {
      summary: 'Read the payload of an event',
      scope: 'viewer',
      errors: [eventErrors.eventNotFound, eventErrors.eventArchived],
      tags,
    },
  )
  async payload(
    @Param('id') id: string,
    @Caller() { tenant }: ApiCaller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { contentType, bytes } = await this.queries.execute(new GetEventPayload({ tenant, id }));
    const isSafe = contentType !== null && mediaType.test(contentType);
    // A stranger wrote these bytes: no browser may run them in our origin.
    await reply
      .header('content-type', isSafe ? contentType : 'application/octet-stream')
      .header('content-disposition', 'attachment')
      .header('x-content-type-options', 'nosniff')
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
}
