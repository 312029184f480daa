import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { OwnProviders } from '../domain/own-provider.js';
import { webhookErrors } from '../errors.js';

/** Forgets a tenant's provider that no source has. */
export class DeleteProvider extends defineCommand({
  name: 'webhooks.delete-provider',
  input: z.strictObject({ tenant: z.string(), name: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(DeleteProvider)
export class DeleteProviderHandler implements ICommandHandler<DeleteProvider> {
  constructor(
    private readonly own: OwnProviders,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, name } }: DeleteProvider): Promise<void> {
    const provider = await this.own.find(tenant, name);
    if (provider === undefined) {
      throw webhookErrors.providerNotFound(`There is no provider ${name} of your own.`);
    }
    if (await this.own.isUsed(tenant, name)) {
      throw webhookErrors.providerInUse(`Sources have the provider ${name}.`);
    }
    this.own.forget(tenant, name);
    await this.log.commit({ writes: [this.own.remove(provider)] });
    this.own.forget(tenant, name);
  }
}
