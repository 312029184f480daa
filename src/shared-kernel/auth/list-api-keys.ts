import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { pageOf } from '#shared-kernel/domain/page.js';
import { pageSchema } from '#shared-kernel/http/paging.js';
import { ApiKeyStore } from './api-key-store.js';
import { apiKeyViewSchema, viewOf } from './api-key-view.js';
import { tenantSchema } from './tenant.js';

/** Lists API keys, newest first. `tenant` null is the operator, who sees the keys of all. */
export class ListApiKeys extends defineQuery({
  name: 'auth.list-api-keys',
  input: z.object({
    tenant: tenantSchema.nullable(),
    limit: z.int(),
    cursor: z.union([z.string(), z.number()]).optional(),
  }),
  result: pageSchema(apiKeyViewSchema),
}) {}

@QueryHandler(ListApiKeys)
export class ListApiKeysHandler implements IQueryHandler<ListApiKeys> {
  constructor(private readonly keys: ApiKeyStore) {}

  async execute({ input: { tenant, limit, cursor } }: ListApiKeys) {
    const rows = await this.keys.list({
      tenant: tenant ?? undefined,
      before: cursor === undefined ? undefined : String(cursor),
      limit: limit + 1,
    });
    return pageOf(rows, limit, ({ id }) => id, viewOf);
  }
}
