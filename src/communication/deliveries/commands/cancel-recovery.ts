import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { RecoveryBook } from '../domain/recovery-book.js';
import { deliveryErrors } from '../errors.js';

/** Ends a recovery where it is; what it started stays started. */
export class CancelRecovery extends defineCommand({
  name: 'deliveries.cancel-recovery',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(CancelRecovery)
export class CancelRecoveryHandler implements ICommandHandler<CancelRecovery> {
  constructor(
    private readonly book: RecoveryBook,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { tenant, id } }: CancelRecovery): Promise<void> {
    const recovery = await this.book.byId(tenant, id);
    if (recovery === undefined)
      throw deliveryErrors.recoveryNotFound(`There is no recovery ${id}.`);
    if (recovery.state !== 'running') {
      throw deliveryErrors.recoveryHasEnded(`The recovery ${id} is ${recovery.state}.`);
    }
    await this.log.commit({ writes: this.book.cancel(id, this.clock.now()) });
  }
}
