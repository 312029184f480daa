import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { RecoveryBook } from '../domain/recovery-book.js';
import { recoveryStateOf, recoveryStateSchema } from '../domain/recovery-state.js';
import { deliveryErrors } from '../errors.js';

/** One recovery with how far it is. */
export class GetRecovery extends defineQuery({
  name: 'deliveries.get-recovery',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: recoveryStateSchema,
}) {}

@QueryHandler(GetRecovery)
export class GetRecoveryHandler implements IQueryHandler<GetRecovery> {
  constructor(private readonly book: RecoveryBook) {}

  async execute({ input: { tenant, id } }: GetRecovery) {
    const recovery = await this.book.byId(tenant, id);
    if (recovery === undefined)
      throw deliveryErrors.recoveryNotFound(`There is no recovery ${id}.`);
    return recoveryStateOf(recovery);
  }
}
