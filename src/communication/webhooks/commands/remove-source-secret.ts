import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { removeSecret } from '../domain/source-decisions.js';
import { webhookErrors } from '../errors.js';

/** Stops accepting what this secret signs: the second half of a rotation. */
export class RemoveSourceSecret extends defineCommand({
  name: 'webhooks.remove-source-secret',
  input: z.strictObject({ tenant: z.string(), sourceId: z.string(), secretId: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(RemoveSourceSecret)
export class RemoveSourceSecretHandler implements ICommandHandler<RemoveSourceSecret> {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, sourceId, secretId } }: RemoveSourceSecret): Promise<void> {
    const source = await this.sources.byId(tenant, sourceId);
    if (source === undefined) throw webhookErrors.sourceNotFound(`There is no source ${sourceId}.`);
    const changed = removeSecret(source, secretId);
    await this.log.commit({ writes: [this.sources.replace(changed, source.revision)] });
    this.sources.forget(source.token);
  }
}
