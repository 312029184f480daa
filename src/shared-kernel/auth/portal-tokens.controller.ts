import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { authErrors } from './auth-errors.js';
import { type ApiCaller, Caller } from './caller.js';
import { CreatePortalToken, ttlMinutesSchema } from './create-portal-token.js';
import { ListPortalTokens } from './list-portal-tokens.js';
import { portalEndpointsSchema, portalPermissionsSchema } from './portal-token.js';
import {
  newPortalTokenSchema,
  portalTokenIdSchema,
  portalTokenViewSchema,
} from './portal-token-view.js';
import { RevokePortalToken } from './revoke-portal-token.js';
import { tenantSchema } from './tenant.js';

const ttlMinutesDefault = 60;

const createBody = z.strictObject({
  tenant: tenantSchema.optional().describe('The default is the tenant of the request.'),
  endpoints: z
    .union([z.literal('all'), portalEndpointsSchema])
    .default('all')
    .describe('`all`: every endpoint of the tenant. Ids: these, and no new ones.'),
  permissions: portalPermissionsSchema.default(['read']),
  ttlMinutes: ttlMinutesSchema.default(ttlMinutesDefault),
});
const listQuery = z.object(pageQuery);
const tags = ['Portal tokens'];

/** `/v1/portal/tokens`: who may use the portal, and for how long. */
@Controller('v1/portal/tokens')
export class PortalTokensController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Answers(
    { 201: newPortalTokenSchema },
    {
      summary: "Make a token for a customer's frontend",
      description: 'The value of the token is in this answer only.',
      scope: 'operator',
      errors: [authErrors.tenantForbidden],
      tags,
    },
  )
  create(
    @Body({ schema: createBody }) body: z.output<typeof createBody>,
    @Caller() caller: ApiCaller,
  ) {
    const { tenant = caller.tenant, endpoints, permissions, ttlMinutes } = body;
    if (!caller.operator && tenant !== caller.tenant) {
      throw authErrors.tenantForbidden(`The key in use makes tokens of ${caller.tenant} only.`);
    }
    const endpointIds = endpoints === 'all' ? null : endpoints;
    const grant = { tenant, endpointIds, permissions, ttlMinutes, madeBy: caller.keyId };
    return this.commands.execute(new CreatePortalToken(grant));
  }

  @Get()
  @Answers(
    { 200: pageSchema(portalTokenViewSchema) },
    { summary: 'List portal tokens of the tenant, newest first', scope: 'operator', tags },
  )
  list(
    @Query({ schema: listQuery }) { limit, cursor }: z.output<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const page = cursor === undefined ? { limit } : { limit, before: String(cursor) };
    return this.queries.execute(new ListPortalTokens({ tenant, ...page }));
  }

  @Delete(':id')
  @Answers(
    { 204: null },
    {
      summary: 'Revoke a portal token',
      description: 'It ends at once here, and within 5 seconds on other instances.',
      scope: 'operator',
      errors: [authErrors.portalTokenNotFound],
      tags,
    },
  )
  revoke(
    @Param('id', { schema: portalTokenIdSchema }) id: string,
    @Caller() { tenant }: ApiCaller,
  ) {
    return this.commands.execute(new RevokePortalToken({ id, tenant }));
  }
}
