import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { etagOf } from '#shared-kernel/http/if-match.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { CreateEndpoint } from '../commands/create-endpoint.js';
import { deliveryErrors } from '../errors.js';
import { FindEndpoints } from '../queries/find-endpoints.js';
import { endpointView, viewOfEndpoint } from './endpoint-view.js';

const createBody = CreateEndpoint.contract.input.omit({ tenant: true });
const listQuery = z.object(pageQuery);
const tags = ['Endpoints'];

/** `/v1/endpoints`: where deliveries go. */
@Controller('v1/endpoints')
export class EndpointsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Answers(
    { 201: endpointView },
    {
      summary: 'Create an endpoint',
      description: 'The value of a secret that Signalbox makes is in this answer only.',
      scope: 'operator',
      errors: [
        deliveryErrors.endpointUrlRefused,
        deliveryErrors.secretInvalid,
        deliveryErrors.optionRefused,
      ],
      tags,
    },
  )
  async create(
    @Body({ schema: createBody }) body: z.output<typeof createBody>,
    @Caller() { tenant }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const created = await this.commands.execute(new CreateEndpoint({ ...body, tenant }));
    const { endpoint, madeSecret } = created;
    void reply.header('location', `/v1/endpoints/${endpoint.id}`);
    void reply.header('etag', etagOf(endpoint.revision));
    return viewOfEndpoint(endpoint, madeSecret);
  }

  @Get()
  @Answers(
    { 200: pageSchema(endpointView) },
    { summary: 'List endpoints, oldest first', scope: 'viewer', tags },
  )
  async list(
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const after = cursor === undefined ? undefined : String(cursor);
    const page = await this.queries.execute(new FindEndpoints({ tenant, limit, after }));
    return { ...page, items: page.items.map((endpoint) => viewOfEndpoint(endpoint)) };
  }
}
