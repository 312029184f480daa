import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { apiKeyIdSchema, apiKeyViewSchema, newApiKeySchema } from './api-key-view.js';
import { authErrors } from './auth-errors.js';
import { type ApiCaller, Caller } from './caller.js';
import { CreateApiKey } from './create-api-key.js';
import { ListApiKeys } from './list-api-keys.js';
import { RevokeApiKey } from './revoke-api-key.js';
import { scopes } from './scopes.js';
import { tenantSchema } from './tenant.js';

const nameLengthMax = 100;

const createBody = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(nameLengthMax)
    .meta({ examples: ['Build server'] }),
  scope: z.enum(scopes),
  tenant: tenantSchema
    .nullable()
    .optional()
    .describe('Null for a key of the operator; the default is the owner of the key in use.'),
});
const listQuery = z.object(pageQuery);

/** `/v1/api-keys`: who may use the API. */
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Answers(
    { 201: newApiKeySchema },
    {
      summary: 'Make an API key',
      description: 'The value of the key is in this answer only.',
      scope: 'admin',
      errors: [authErrors.tenantForbidden],
      tags: ['API keys'],
    },
  )
  async create(
    @Body({ schema: createBody }) body: z.output<typeof createBody>,
    @Caller() caller: ApiCaller,
  ): Promise<z.output<typeof newApiKeySchema>> {
    const { name, scope } = body;
    const tenant = body.tenant === undefined ? ownerOf(caller) : body.tenant;
    if (!caller.operator && tenant !== caller.tenant) {
      throw authErrors.tenantForbidden(`The key in use makes keys of ${caller.tenant} only.`);
    }
    const made = await this.commands.execute(new CreateApiKey({ name, scope, tenant }));
    return { ...made.view, value: made.value };
  }

  @Get()
  @Answers(
    { 200: pageSchema(apiKeyViewSchema) },
    { summary: 'List API keys, newest first', scope: 'admin', tags: ['API keys'] },
  )
  list(
    @Query({ schema: listQuery }) { limit, cursor }: z.output<typeof listQuery>,
    @Caller() caller: ApiCaller,
  ) {
    const tenant = ownerOf(caller);
    return this.queries.execute(
      new ListApiKeys(cursor === undefined ? { tenant, limit } : { tenant, limit, cursor }),
    );
  }

  @Delete(':id')
  @Answers(
    { 204: null },
    {
      summary: 'Revoke an API key',
      description: 'It ends at once here, and within 5 seconds on other instances.',
      scope: 'admin',
      errors: [authErrors.keyNotFound, authErrors.lastAdminKey],
      tags: ['API keys'],
    },
  )
  revoke(@Param('id', { schema: apiKeyIdSchema }) id: string, @Caller() caller: ApiCaller) {
    return this.commands.execute(new RevokeApiKey({ id, tenant: ownerOf(caller) }));
  }
}

/** Whose keys the caller deals with: null for all of them. */
function ownerOf(caller: ApiCaller): string | null {
  return caller.operator ? null : caller.tenant;
}
