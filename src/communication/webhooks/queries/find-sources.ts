import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import type { Page } from '#shared-kernel/domain/page.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { type SourceState, sourceState, sourceStateSchema } from '../domain/source-state.js';

/** One page of a tenant's sources, oldest first. */
export class FindSources extends defineQuery({
  name: 'webhooks.find-sources',
  input: z.strictObject({
    tenant: z.string(),
    limit: z.int(),
    after: z.string().optional(),
  }),
  result: z.object({ items: z.array(sourceStateSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindSources)
export class FindSourcesHandler implements IQueryHandler<FindSources> {
  constructor(private readonly sources: SourceRegistry) {}

  async execute({ input: { tenant, limit, after } }: FindSources): Promise<Page<SourceState>> {
    const { items, next } = await this.sources.list({ tenant, limit, after });
    return { items: items.map(sourceState), next };
  }
}
