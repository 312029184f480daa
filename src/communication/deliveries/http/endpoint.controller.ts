import { Body, Controller, Delete, Get, Headers, Param, Patch, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { checkIfMatch, etagOf } from '#shared-kernel/http/if-match.js';
import { ChangeEndpoint } from '../commands/change-endpoint.js';
import { DeleteEndpoint } from '../commands/delete-endpoint.js';
import { deliveryErrors } from '../errors.js';
import { GetEndpoint } from '../queries/get-endpoint.js';
import { endpointView, viewOfEndpoint } from './endpoint-view.js';

const patchBody = ChangeEndpoint.contract.input.shape.patch;
const tags = ['Endpoints'];

/** `/v1/endpoints/{id}` with its ETag. */
@Controller('v1/endpoints/:id')
export class EndpointController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: endpointView },
    {
      summary: 'Read an endpoint',
      scope: 'viewer',
      errors: [deliveryErrors.endpointNotFound],
      tags,
    },
  )
  async read(
    @Param('id') id: string,
    @Caller() { tenant }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const endpoint = await this.queries.execute(new GetEndpoint({ tenant, id }));
    void reply.header('etag', etagOf(endpoint.revision));
    return viewOfEndpoint(endpoint);
  }

  @Patch()
  @Answers(
    { 200: endpointView },
    {
      summary: 'Change an endpoint',
      description: 'A JSON merge patch (RFC 7396). Give the ETag as If-Match to be safe.',
      scope: 'operator',
      errors: [
        deliveryErrors.endpointNotFound,
        deliveryErrors.endpointUrlRefused,
        deliveryErrors.optionRefused,
        deliveryErrors.retryPolicyInvalid,
      ],
      tags,
    },
  )
  async change(
    @Param('id') id: string,
    @Body({ schema: patchBody }) patch: z.output<typeof patchBody>,
    @Headers('if-match') ifMatch: string | undefined,
    @Caller() { tenant }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const revision = ifMatch === undefined ? null : await this.matching(tenant, id, ifMatch);
    const input = { tenant, id, patch, revision };
    const endpoint = await this.commands.execute(new ChangeEndpoint(input));
    void reply.header('etag', etagOf(endpoint.revision));
    return viewOfEndpoint(endpoint);
  }

  @Delete()
  @Answers(
    { 204: null },
    {
      summary: 'Delete an endpoint',
      description: 'Its deliveries stay on record; those that are due are discarded.',
      scope: 'operator',
      errors: [deliveryErrors.endpointNotFound],
      tags,
    },
  )
  async remove(@Param('id') id: string, @Caller() { tenant }: ApiCaller): Promise<void> {
    await this.commands.execute(new DeleteEndpoint({ tenant, id }));
  }

  /** The revision that the caller knows; the command refuses when it is no longer the newest. */
  private async matching(tenant: string, id: string, ifMatch: string): Promise<number> {
    const { revision } = await this.queries.execute(new GetEndpoint({ tenant, id }));
    checkIfMatch(ifMatch, revision);
    return revision;
  }
}
