import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { authErrors } from '#shared-kernel/auth/auth-errors.js';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { FindSegments, segmentViewSchema } from './find-segments.js';
import { GetSegment, segmentPositionSchema } from './get-segment.js';
import { retentionErrors } from './retention-errors.js';

const listQuery = z.object({
  ...pageQuery,
  from: z.iso.datetime().optional().describe('Segments with events from then on.'),
  before: z.iso.datetime().optional().describe('Segments with events before then.'),
});
const tags = ['Archive'];

/** `/v1/archive-segments`: events that left the log. */
@Controller('v1/archive-segments')
export class ArchiveController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Answers(
    { 200: pageSchema(segmentViewSchema) },
    {
      summary: 'List segments of the archive, oldest first',
      scope: 'operator',
      errors: [authErrors.tenantForbidden],
      tags,
    },
  )
  list(
    @Query({ schema: listQuery }) { limit, cursor, from, before }: z.output<typeof listQuery>,
    @Caller() caller: ApiCaller,
  ) {
    refuseTenants(caller);
    const after = cursor === undefined ? undefined : Number(cursor);
    const fromMs = from === undefined ? undefined : Date.parse(from);
    const beforeMs = before === undefined ? undefined : Date.parse(before);
    return this.queries.execute(new FindSegments({ limit, after, fromMs, beforeMs }));
  }

  @Get(':firstPosition/events')
  @Answers(
    { 200: { mediaType: 'application/x-ndjson', description: 'One event on each line.' } },
    {
      summary: 'Read the events of a segment',
      description: 'A payload stands in `payload_base64`.',
      scope: 'operator',
      errors: [retentionErrors.segmentNotFound, authErrors.tenantForbidden],
      tags,
    },
  )
  async read(
    @Param('firstPosition', { schema: segmentPositionSchema }) firstPosition: number,
    @Caller() caller: ApiCaller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    refuseTenants(caller);
    const lines = await this.queries.execute(new GetSegment({ firstPosition }));
    await reply.header('content-type', 'application/x-ndjson').send(Buffer.from(lines));
  }
}

/** A segment has events of all tenants, so a key of one may not read it. */
function refuseTenants({ operator, tenant }: ApiCaller): void {
  if (operator) return;
  throw authErrors.tenantForbidden(`The key in use is one of ${tenant}, not of the operator.`);
}
