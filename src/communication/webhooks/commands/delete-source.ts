import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { Quarantine } from '../domain/quarantine.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { webhookErrors } from '../errors.js';

/** Closes an address for good. What it received stays, what it rejected goes. */
export class DeleteSource extends defineCommand({
  name: 'webhooks.delete-source',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(DeleteSource)
export class DeleteSourceHandler implements ICommandHandler<DeleteSource> {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly quarantine: Quarantine,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, id } }: DeleteSource): Promise<void> {
    const source = await this.sources.byId(tenant, id);
    if (source === undefined) throw webhookErrors.sourceNotFound(`There is no source ${id}.`);
    await this.log.commit({
      writes: [this.sources.remove(source), this.quarantine.removeOfSource(id)],
    });
    this.sources.forget(source.token);
  }
}
