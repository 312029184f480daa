import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { Quarantine } from '../domain/quarantine.js';
import { filterOf, quarantineSelection } from '../domain/quarantine-selection.js';
import { webhookErrors } from '../errors.js';

/** Which quarantined requests are to go; all of a tenant when nothing is said. */
export const clearInput = quarantineSelection;

/** Requests that one commit removes. */
const batchMax = 500;

/** Lets go of quarantined requests for good. */
export class ClearQuarantine extends defineCommand({
  name: 'webhooks.clear-quarantine',
  input: z.strictObject({ tenant: z.string(), selection: quarantineSelection }),
  result: z.strictObject({ removed: z.int() }),
}) {}

@CommandHandler(ClearQuarantine)
export class ClearQuarantineHandler implements ICommandHandler<ClearQuarantine> {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, selection } }: ClearQuarantine) {
    const filter = filterOf(tenant, selection);
    let removed = 0;
    for (;;) {
      const write = this.quarantine.removeSome(filter, batchMax);
      const outcome = await this.log.tryCommit({ writes: [write] });
      const gone = outcome.committed ? (outcome.rows[0]?.length ?? 0) : 0;
      removed += gone;
      if (gone < batchMax) return { removed };
    }
  }
}

/** Lets go of one. */
export class RemoveQuarantinedRequest extends defineCommand({
  name: 'webhooks.remove-quarantined-request',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(RemoveQuarantinedRequest)
export class RemoveQuarantinedRequestHandler implements ICommandHandler<RemoveQuarantinedRequest> {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, id } }: RemoveQuarantinedRequest): Promise<void> {
    if ((await this.quarantine.byId(tenant, id)) === undefined) {
      throw webhookErrors.quarantinedRequestNotFound(`There is no quarantined request ${id}.`);
    }
    await this.log.commit({ writes: [this.quarantine.remove(id)] });
  }
}
