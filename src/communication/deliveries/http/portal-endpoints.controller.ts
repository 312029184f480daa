import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { authErrors } from '#shared-kernel/auth/auth-errors.js';
import { Portal, type PortalCaller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { CreatePortalEndpoint } from '../commands/create-portal-endpoint.js';
import { deliveryErrors } from '../errors.js';
import { FindPortalEndpoints } from '../queries/find-portal-endpoints.js';
import { GetPortalEventTypes } from '../queries/get-portal-event-types.js';
import { viewOfEndpoint } from './endpoint-view.js';
import {
  portalEndpointView,
  portalEventTypes,
  viewOfPortalEndpoint,
} from './portal-endpoint-view.js';

const createBody = CreatePortalEndpoint.contract.input
  .omit({ tenant: true })
  .extend({ eventTypes: portalEventTypes.default([]) });
const listQuery = z.object(pageQuery);
const eventTypesView = z
  .object({ items: z.array(z.object({ type: z.string() })) })
  .meta({ id: 'PortalEventTypes' });
const tags = ['Portal'];

/** `/v1/portal/endpoints` and `/v1/portal/event-types`: what a customer has and can have. */
@Controller('v1/portal')
export class PortalEndpointsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('event-types')
  @Answers(
    { 200: eventTypesView },
    {
      summary: 'List the types of events that an endpoint can get',
      description: 'Those of the newest events, and those that rules send to endpoints.',
      scope: 'portal:read',
      tags,
    },
  )
  async eventTypes(@Portal() { tenant }: PortalCaller) {
    const types = await this.queries.execute(new GetPortalEventTypes({ tenant }));
    return { items: types.map((type) => ({ type })) };
  }

  @Get('endpoints')
  @Answers(
    { 200: pageSchema(portalEndpointView) },
    { summary: 'List own endpoints, oldest first', scope: 'portal:read', tags },
  )
  async list(
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
    @Portal() { tenant, endpointIds }: PortalCaller,
  ) {
    const after = cursor === undefined ? undefined : String(cursor);
    const own = endpointIds === null ? null : [...endpointIds];
    const query = new FindPortalEndpoints({ tenant, endpointIds: own, limit, after });
    const { items, next } = await this.queries.execute(query);
    return {
      items: items.map(({ endpoint, eventTypes }) =>
        viewOfPortalEndpoint(viewOfEndpoint(endpoint), eventTypes),
      ),
      next,
    };
  }

  @Post('endpoints')
  @Answers(
    { 201: portalEndpointView },
    {
      summary: 'Create an endpoint of your own',
      description: 'The value of its secret is in this answer only.',
      scope: 'portal:manage',
      errors: [
        authErrors.portalPermissionMissing,
        deliveryErrors.endpointUrlRefused,
        deliveryErrors.tooManyEndpoints,
      ],
      tags,
    },
  )
  async create(
    @Body({ schema: createBody }) body: z.output<typeof createBody>,
    @Portal() { tenant, endpointIds }: PortalCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (endpointIds !== null) {
      throw authErrors.portalPermissionMissing('The token is for endpoints that there are.');
    }
    const command = new CreatePortalEndpoint({ ...body, tenant });
    const { endpoint, madeSecret } = await this.commands.execute(command);
    void reply.header('location', `/v1/portal/endpoints/${endpoint.id}`);
    return viewOfPortalEndpoint(viewOfEndpoint(endpoint, madeSecret), body.eventTypes);
  }
}
