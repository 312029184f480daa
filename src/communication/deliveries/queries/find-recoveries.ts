import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { RecoveryBook } from '../domain/recovery-book.js';
import { recoveryStateOf, recoveryStateSchema } from '../domain/recovery-state.js';

/** One page of a tenant's recoveries, newest first. */
export class FindRecoveries extends defineQuery({
  name: 'deliveries.find-recoveries',
  input: z.strictObject({ tenant: z.string(), limit: z.int(), before: z.string().optional() }),
  result: z.object({ items: z.array(recoveryStateSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindRecoveries)
export class FindRecoveriesHandler implements IQueryHandler<FindRecoveries> {
  constructor(private readonly book: RecoveryBook) {}

  async execute({ input: { tenant, limit, before } }: FindRecoveries) {
    const { items, next } = await this.book.list({ tenant, limit, before });
    return { items: items.map(recoveryStateOf), next };
  }
}
