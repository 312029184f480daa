import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { FixedProviders } from '../domain/fixed-providers.js';
import { OwnProviders } from '../domain/own-provider.js';
import { readDefinition } from '../domain/read-definition.js';
import { webhookErrors } from '../errors.js';
import { ownProviderSchema } from './own-provider-state.js';

/** Defines a provider for a tenant, in the form that those of the program have too. */
export class CreateProvider extends defineCommand({
  name: 'webhooks.create-provider',
  input: z.strictObject({ tenant: z.string(), definition: z.record(z.string(), z.unknown()) }),
  result: ownProviderSchema,
}) {}

@CommandHandler(CreateProvider)
export class CreateProviderHandler implements ICommandHandler<CreateProvider> {
  constructor(
    private readonly fixed: FixedProviders,
    private readonly own: OwnProviders,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { tenant, definition: input } }: CreateProvider) {
    const { definition, faults } = readDefinition(input, (name) => this.fixed.isTaken(name));
    if (faults !== null) throw invalidProvider(faults);
    const { name } = definition;
    if ((await this.own.find(tenant, name)) !== undefined) {
      throw webhookErrors.providerExists(`There is a provider ${name} already.`);
    }
    const provider = { tenant, definition, createdAtMs: this.clock.now(), revision: 1 };
    await this.log.commit({ writes: [this.own.add(provider)] });
    this.own.forget(tenant, name);
    return { definition, createdAtMs: provider.createdAtMs, revision: provider.revision };
  }
}

export function invalidProvider(fields: readonly { path: string; fault: string }[]) {
  const [first] = fields;
  return webhookErrors.invalidProvider(`The definition is wrong: ${first?.path} ${first?.fault}.`, {
    fields,
  });
}
