import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { OwnProviders } from '../domain/own-provider.js';
import { readDefinition } from '../domain/read-definition.js';
import { webhookErrors } from '../errors.js';
import { invalidProvider } from './create-provider.js';
import { ownProviderSchema } from './own-provider-state.js';

/** Changes a tenant's provider; its sources are judged by the new definition from now on. */
export class ReplaceProvider extends defineCommand({
  name: 'webhooks.replace-provider',
  input: z.strictObject({
    tenant: z.string(),
    name: z.string(),
    definition: z.record(z.string(), z.unknown()),
    /** The only revision that the caller wants to change; null for any. */
    revision: z.int().nullable(),
  }),
  result: ownProviderSchema,
}) {}

@CommandHandler(ReplaceProvider)
export class ReplaceProviderHandler implements ICommandHandler<ReplaceProvider> {
  constructor(
    private readonly own: OwnProviders,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, name, definition: input, revision } }: ReplaceProvider) {
    const provider = await this.own.find(tenant, name);
    if (provider === undefined) {
      throw webhookErrors.providerNotFound(`There is no provider ${name} of your own.`);
    }
    if (revision !== null && revision !== provider.revision) {
      throw storageErrors.conflict(`The provider ${name} is at revision ${provider.revision} now.`);
    }
    const { definition, faults } = readDefinition(input, (other) => other !== name);
    if (faults !== null) throw invalidProvider(faults);
    const changed = { ...provider, definition, revision: provider.revision + 1 };
    // Another process may have changed it within the last second: that is seen here, and read anew.
    this.own.forget(tenant, name);
    await this.log.commit({ writes: [this.own.replace(changed, provider.revision)] });
    this.own.forget(tenant, name);
    return { definition, createdAtMs: changed.createdAtMs, revision: changed.revision };
  }
}
