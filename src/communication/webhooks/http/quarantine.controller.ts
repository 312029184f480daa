import { Controller, Delete, Get, Param, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import {
  ClearQuarantine,
  clearInput,
  RemoveQuarantinedRequest,
} from '../commands/clear-quarantine.js';
import { webhookErrors } from '../errors.js';
import {
  FindQuarantined,
  GetQuarantined,
  GetQuarantinedBody,
  quarantinedStateSchema,
  quarantineQuery,
} from '../queries/find-quarantined.js';

const requestView = quarantinedStateSchema
  .omit({ receivedAtMs: true, expiresAtMs: true })
  .extend({ receivedAt: z.iso.datetime(), expiresAt: z.iso.datetime() })
  .meta({ id: 'QuarantinedRequest' });
const listQuery = z.object({ ...pageQuery, ...quarantineQuery.shape });
const tags = ['Quarantine'];
const errors = [webhookErrors.quarantinedRequestNotFound];

/** `/v1/quarantine`: requests that sources rejected, for a while. */
@Controller('v1/quarantine')
export class QuarantineController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: pageSchema(requestView) },
    { summary: 'List rejected requests, newest first', scope: 'viewer', tags },
  )
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const { cursor, limit, ...selection } = query;
    const before = cursor === undefined ? undefined : String(cursor);
    const page = await this.queries.execute(
      new FindQuarantined({ tenant, selection, limit, before }),
    );
    return { ...page, items: page.items.map(viewOf) };
  }

  @Get(':id')
  @Answers(
    { 200: requestView },
    { summary: 'Read a rejected request', scope: 'viewer', errors, tags },
  )
  async read(@Param('id') id: string, @Caller() { tenant }: ApiCaller) {
    return viewOf(await this.queries.execute(new GetQuarantined({ tenant, id })));
  }

  @Get(':id/body')
  @Answers(
    { 200: { mediaType: '*/*', description: 'The exact bytes, with the sender’s content type.' } },
    { summary: 'Read the body of a rejected request', scope: 'viewer', errors, tags },
  )
  async body(
    @Param('id') id: string,
    @Caller() { tenant }: ApiCaller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const read = new GetQuarantinedBody({ tenant, id });
    const { contentType, bytes } = await this.queries.execute(read);
    // A stranger wrote these bytes: no browser may run them in our origin.
    await reply
      .header('content-type', contentType ?? 'application/octet-stream')
      .header('content-disposition', 'attachment')
      .header('x-content-type-options', 'nosniff')
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  @Delete()
  @Answers(
    { 200: ClearQuarantine.contract.result.meta({ id: 'QuarantineCleared' }) },
    {
      summary: 'Remove rejected requests for good',
      description: 'Those that the query selects; all of the tenant without one.',
      scope: 'operator',
      tags,
    },
  )
  clear(
    @Query({ schema: clearInput }) selection: z.infer<typeof clearInput>,
    @Caller() { tenant }: ApiCaller,
  ) {
    return this.commands.execute(new ClearQuarantine({ tenant, selection }));
  }

  @Delete(':id')
  @Answers(
    { 204: null },
    { summary: 'Remove a rejected request for good', scope: 'operator', errors, tags },
  )
  async remove(@Param('id') id: string, @Caller() { tenant }: ApiCaller): Promise<void> {
    await this.commands.execute(new RemoveQuarantinedRequest({ tenant, id }));
  }
}

function viewOf(state: z.infer<typeof quarantinedStateSchema>) {
  const { receivedAtMs, expiresAtMs, ...shown } = state;
  return { ...shown, receivedAt: isoTime(receivedAtMs), expiresAt: isoTime(expiresAtMs) };
}
