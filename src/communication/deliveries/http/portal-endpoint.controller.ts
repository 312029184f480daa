import { Body, Controller, Delete, Get, Headers, Param, Patch, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Portal, type PortalCaller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { checkIfMatch, etagOf } from '#shared-kernel/http/if-match.js';
import {
  ChangePortalEndpoint,
  DeletePortalEndpoint,
  portalEndpointPatch,
} from '../commands/change-portal-endpoint.js';
import { deliveryErrors } from '../errors.js';
import { FindPortalEndpoints } from '../queries/find-portal-endpoints.js';
import { viewOfEndpoint } from './endpoint-view.js';
import { ownEndpoint } from './portal-access.js';
import {
  portalEndpointView,
  portalEventTypes,
  viewOfPortalEndpoint,
} from './portal-endpoint-view.js';

const patchBody = portalEndpointPatch.extend({ eventTypes: portalEventTypes.optional() });
const tags = ['Portal'];

/** `/v1/portal/endpoints/{id}`: one endpoint of a customer. */
@Controller('v1/portal/endpoints/:id')
export class PortalEndpointController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: portalEndpointView },
    {
      summary: 'Read one of your endpoints',
      scope: 'portal:read',
      errors: [deliveryErrors.endpointNotFound],
      tags,
    },
  )
  async read(
    @Param('id') id: string,
    @Portal() caller: PortalCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await ownEndpoint(this.queries, caller, id);
    return this.show(caller, id, reply);
  }

  @Patch()
  @Answers(
    { 200: portalEndpointView },
    {
      summary: 'Change one of your endpoints',
      description: 'A JSON merge patch (RFC 7396). Give the ETag as If-Match to be safe.',
      scope: 'portal:manage',
      errors: [deliveryErrors.endpointNotFound, deliveryErrors.endpointUrlRefused],
      tags,
    },
  )
  async change(
    @Param('id') id: string,
    @Body({ schema: patchBody }) { eventTypes, ...patch }: z.output<typeof patchBody>,
    @Headers('if-match') ifMatch: string | undefined,
    @Portal() caller: PortalCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { revision } = await ownEndpoint(this.queries, caller, id);
    checkIfMatch(ifMatch, revision);
    const { tenant } = caller;
    const expected = ifMatch === undefined ? null : revision;
    const change = { tenant, id, patch, eventTypes, revision: expected };
    await this.commands.execute(new ChangePortalEndpoint(change));
    return this.show(caller, id, reply);
  }

  @Delete()
  @Answers(
    { 204: null },
    {
      summary: 'Delete one of your endpoints',
      description: 'Its deliveries stay on record; those that are due are discarded.',
      scope: 'portal:manage',
      errors: [deliveryErrors.endpointNotFound],
      tags,
    },
  )
  async remove(@Param('id') id: string, @Portal() caller: PortalCaller): Promise<void> {
    await ownEndpoint(this.queries, caller, id);
    await this.commands.execute(new DeletePortalEndpoint({ tenant: caller.tenant, id }));
  }

  private async show({ tenant }: PortalCaller, id: string, reply: FastifyReply) {
    const query = new FindPortalEndpoints({ tenant, endpointIds: [id], limit: 1 });
    const [found] = (await this.queries.execute(query)).items;
    if (found === undefined) throw deliveryErrors.endpointNotFound(`There is no endpoint ${id}.`);
    void reply.header('etag', etagOf(found.endpoint.revision));
    return viewOfPortalEndpoint(viewOfEndpoint(found.endpoint), found.eventTypes);
  }
}
