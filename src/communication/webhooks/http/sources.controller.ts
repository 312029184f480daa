import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Settings } from '#shared-kernel/config/settings.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { checkIfMatch, etagOf } from '#shared-kernel/http/if-match.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { ChangeSource, sourcePatch } from '../commands/change-source.js';
import { CreateSource, sourceInput } from '../commands/create-source.js';
import { DeleteSource } from '../commands/delete-source.js';
import { webhookErrors } from '../errors.js';
import { FindSources } from '../queries/find-sources.js';
import { GetSource } from '../queries/get-source.js';
import { sourceView, viewOfSource } from './source-view.js';

const listQuery = z.object(pageQuery);
const tags = ['Sources'];

/** `/v1/sources`: addresses that webhooks come in at. */
@Controller('v1/sources')
export class SourcesController {
  private readonly publicUrl: string;

  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    settings: Settings,
  ) {
    this.publicUrl = settings.publicUrl;
  }

  @Post()
  @Answers(
    { 201: sourceView },
    {
      summary: 'Create a source',
      description: 'Answers with the address to give to the provider.',
      scope: 'operator',
      errors: [
        webhookErrors.invalidProviderSettings,
        webhookErrors.invalidSecret,
        webhookErrors.tooManySecrets,
      ],
      tags,
    },
  )
  async create(
    @Body({ schema: sourceInput }) body: z.infer<typeof sourceInput>,
    @Caller() caller: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const input = { ...body, tenant: caller.tenant };
    const { source, madeSecrets } = await this.commands.execute(new CreateSource(input));
    void reply.header('location', `/v1/sources/${source.id}`);
    void reply.header('etag', etagOf(source.revision));
    return viewOfSource(source, this.publicUrl, madeSecrets);
  }

  @Get()
  @Answers({ 200: pageSchema(sourceView) }, { summary: 'List sources', scope: 'viewer', tags })
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const after = query.cursor === undefined ? undefined : String(query.cursor);
    const page = await this.queries.execute(
      new FindSources({ tenant, limit: query.limit, ...(after === undefined ? {} : { after }) }),
    );
    return { ...page, items: page.items.map((source) => viewOfSource(source, this.publicUrl)) };
  }

  @Get(':id')
  @Answers(
    { 200: sourceView },
    { summary: 'Read a source', scope: 'viewer', errors: [webhookErrors.sourceNotFound], tags },
  )
  async read(
    @Param('id') id: string,
    @Caller() { tenant }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const source = await this.queries.execute(new GetSource({ tenant, id }));
    void reply.header('etag', etagOf(source.revision));
    return viewOfSource(source, this.publicUrl);
  }

  @Patch(':id')
  @Answers(
    { 200: sourceView },
    {
      summary: 'Change a source',
      description: 'A JSON merge patch (RFC 7396). Give the ETag as If-Match to be safe.',
      scope: 'operator',
      errors: [
        webhookErrors.sourceNotFound,
        webhookErrors.invalidProviderSettings,
        webhookErrors.invalidSourceOptions,
      ],
      tags,
    },
  )
  async change(
    @Param('id') id: string,
    @Body({ schema: sourcePatch }) patch: z.infer<typeof sourcePatch>,
    @Headers('if-match') ifMatch: string | undefined,
    @Caller() { tenant }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const revision = ifMatch === undefined ? null : await this.matched(tenant, id, ifMatch);
    const source = await this.commands.execute(new ChangeSource({ tenant, id, patch, revision }));
    void reply.header('etag', etagOf(source.revision));
    return viewOfSource(source, this.publicUrl);
  }

  @Delete(':id')
  @Answers(
    { 204: null },
    {
      summary: 'Delete a source',
      description: 'Its address answers 404 from now on; what it received stays.',
      scope: 'operator',
      errors: [webhookErrors.sourceNotFound],
      tags,
    },
  )
  async remove(@Param('id') id: string, @Caller() { tenant }: ApiCaller): Promise<void> {
    await this.commands.execute(new DeleteSource({ tenant, id }));
  }

  /** The revision that the caller saw, when it is still the one of today. */
  private async matched(tenant: string, id: string, ifMatch: string): Promise<number> {
    const { revision } = await this.queries.execute(new GetSource({ tenant, id }));
    checkIfMatch(ifMatch, revision);
    return revision;
  }
}
