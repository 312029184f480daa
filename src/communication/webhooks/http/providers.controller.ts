import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  Param,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { checkIfMatch, etagOf } from '#shared-kernel/http/if-match.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { CreateProvider } from '../commands/create-provider.js';
import { DeleteProvider } from '../commands/delete-provider.js';
import { ReplaceProvider } from '../commands/replace-provider.js';
import { webhookErrors } from '../errors.js';
import { FindProviders } from '../queries/find-providers.js';
import { GetProvider } from '../queries/get-provider.js';

const definitionInput = z
  .record(z.string(), z.unknown())
  .meta({ description: 'A definition; see the reference page of providers for its form.' });
const providerView = GetProvider.contract.result.omit({ revision: true }).meta({ id: 'Provider' });
const listQuery = z.object(pageQuery);
const tags = ['Providers'];

/** `/v1/providers`: whose webhooks sources can take, and the tenant's own definitions. */
@Controller('v1/providers')
export class ProvidersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: pageSchema(providerView) },
    {
      summary: 'List providers',
      description: 'Those that come with Signalbox, those of the operator, and your own.',
      scope: 'viewer',
      tags,
    },
  )
  async list(
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const after = cursor === undefined ? {} : { after: String(cursor) };
    const page = await this.queries.execute(new FindProviders({ tenant, limit, ...after }));
    return { ...page, items: page.items.map(viewOf) };
  }

  @Get(':name')
  @Answers(
    { 200: providerView },
    { summary: 'Read a provider', scope: 'viewer', errors: [webhookErrors.providerNotFound], tags },
  )
  async read(
    @Param('name') name: string,
    @Caller() { tenant }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.shown(tenant, name, reply);
  }

  @Post()
  @Answers(
    { 201: providerView },
    {
      summary: 'Define a provider',
      scope: 'operator',
      errors: [webhookErrors.invalidProvider, webhookErrors.providerExists],
      tags,
    },
  )
  async create(
    @Body({ schema: definitionInput }) definition: z.infer<typeof definitionInput>,
    @Caller() { tenant }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const made = await this.commands.execute(new CreateProvider({ tenant, definition }));
    void reply.header('location', `/v1/providers/${made.definition.name}`);
    return this.shown(tenant, made.definition.name, reply);
  }

  @Put(':name')
  @Answers(
    { 200: providerView },
    {
      summary: 'Replace the definition of a provider',
      description: 'Its sources follow within a second. Give the ETag as If-Match to be safe.',
      scope: 'operator',
      errors: [webhookErrors.providerNotFound, webhookErrors.invalidProvider],
      tags,
    },
  )
  async replace(
    @Param('name') name: string,
    @Body({ schema: definitionInput }) definition: z.infer<typeof definitionInput>,
    @Headers('if-match') ifMatch: string | undefined,
    @Caller() { tenant }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const revision = ifMatch === undefined ? null : await this.matched(tenant, name, ifMatch);
    await this.commands.execute(new ReplaceProvider({ tenant, name, definition, revision }));
    return this.shown(tenant, name, reply);
  }

  @Delete(':name')
  @Answers(
    { 204: null },
    {
      summary: 'Delete a provider',
      scope: 'operator',
      errors: [webhookErrors.providerNotFound, webhookErrors.providerInUse],
      tags,
    },
  )
  async remove(@Param('name') name: string, @Caller() { tenant }: ApiCaller): Promise<void> {
    await this.commands.execute(new DeleteProvider({ tenant, name }));
  }

  private async shown(tenant: string, name: string, reply: FastifyReply) {
    const { revision, ...view } = await this.queries.execute(new GetProvider({ tenant, name }));
    if (revision !== null) void reply.header('etag', etagOf(revision));
    return view;
  }

  /** The revision that the caller saw, when it is still the one of today. */
  private async matched(tenant: string, name: string, ifMatch: string): Promise<number> {
    const { revision } = await this.queries.execute(new GetProvider({ tenant, name }));
    checkIfMatch(ifMatch, revision ?? 0);
    return revision ?? 0;
  }
}

function viewOf({ revision: _revision, ...view }: z.infer<typeof GetProvider.contract.result>) {
  return view;
}
