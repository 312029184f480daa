import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { pageOf } from '#shared-kernel/domain/page.js';
import { pageSchema } from '#shared-kernel/http/paging.js';
import { PortalTokenStore } from './portal-token-store.js';
import { portalTokenViewSchema, viewOfPortalToken } from './portal-token-view.js';
import { tenantSchema } from './tenant.js';

/** Lists portal tokens of a tenant, newest first. */
export class ListPortalTokens extends defineQuery({
  name: 'auth.list-portal-tokens',
  input: z.object({ tenant: tenantSchema, limit: z.int(), before: z.string().optional() }),
  result: pageSchema(portalTokenViewSchema),
}) {}

@QueryHandler(ListPortalTokens)
export class ListPortalTokensHandler implements IQueryHandler<ListPortalTokens> {
  constructor(private readonly tokens: PortalTokenStore) {}

  async execute({ input: { tenant, limit, before } }: ListPortalTokens) {
    const rows = await this.tokens.list({ tenant, before, limit: limit + 1 });
    return pageOf(rows, limit, ({ id }) => id, viewOfPortalToken);
  }
}
