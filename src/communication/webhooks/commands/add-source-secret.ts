import { randomBytes } from 'node:crypto';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { Providers } from '../domain/known-provider.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { addSecret } from '../domain/source-decisions.js';
import { webhookErrors } from '../errors.js';

const secretBytes = 32;

export const sourceSecretInput = z.strictObject({
  value: z
    .string()
    .min(1)
    .max(4_000)
    .optional()
    .meta({ description: 'The secret as the provider shows it; made when absent.' }),
  expiresAt: z.iso
    .datetime({ offset: true })
    .nullable()
    .optional()
    .meta({ description: 'When it ends by itself; never when absent.' }),
});

/** Lets one more secret sign, beside those that there are: the first half of a rotation. */
export class AddSourceSecret extends defineCommand({
  name: 'webhooks.add-source-secret',
  input: sourceSecretInput.extend({ tenant: z.string(), sourceId: z.string() }),
  result: z.strictObject({
    secretId: z.string(),
    createdAtMs: z.int(),
    expiresAtMs: z.int().nullable(),
    value: z.string(),
  }),
}) {}

@CommandHandler(AddSourceSecret)
export class AddSourceSecretHandler implements ICommandHandler<AddSourceSecret> {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly providers: Providers,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: AddSourceSecret) {
    const { tenant, sourceId } = input;
    const source = await this.sources.byId(tenant, sourceId);
    if (source === undefined) throw webhookErrors.sourceNotFound(`There is no source ${sourceId}.`);
    const createdAtMs = this.clock.now();
    const provider = await this.providers.byName(tenant, source.provider);
    const value = input.value ?? provider.newSecret(source.settings, randomBytes(secretBytes));
    const expiresAtMs = input.expiresAt ? Date.parse(input.expiresAt) : null;
    const secret = { id: newId('sec', createdAtMs), value, createdAtMs, expiresAtMs };
    const changed = addSecret(source, secret, provider);
    await this.log.commit({ writes: [this.sources.replace(changed, source.revision)] });
    this.sources.forget(source.token);
    return { secretId: secret.id, createdAtMs, expiresAtMs, value };
  }
}
