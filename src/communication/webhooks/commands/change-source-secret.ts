import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { expireSecret } from '../domain/source-decisions.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { webhookErrors } from '../errors.js';

/** What may change of a secret: when it ends. */
export const sourceSecretPatch = z.strictObject({
  expiresAt: z.iso
    .datetime({ offset: true })
    .nullable()
    .meta({ description: 'From when on it verifies nothing any more; null for never.' }),
});

/** Says when a secret ends by itself: a rotation that nobody has to finish. */
export class ChangeSourceSecret extends defineCommand({
  name: 'webhooks.change-source-secret',
  input: sourceSecretPatch.extend({
    tenant: z.string(),
    sourceId: z.string(),
    secretId: z.string(),
  }),
  result: z.strictObject({
    secretId: z.string(),
    createdAtMs: z.int(),
    expiresAtMs: z.int().nullable(),
  }),
}) {}

@CommandHandler(ChangeSourceSecret)
export class ChangeSourceSecretHandler implements ICommandHandler<ChangeSourceSecret> {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, sourceId, secretId, expiresAt } }: ChangeSourceSecret) {
    const source = await this.sources.byId(tenant, sourceId);
    if (source === undefined) throw webhookErrors.sourceNotFound(`There is no source ${sourceId}.`);
    const expiresAtMs = expiresAt === null ? null : Date.parse(expiresAt);
    const changed = expireSecret(source, secretId, expiresAtMs);
    await this.log.commit({ writes: [this.sources.replace(changed, source.revision)] });
    this.sources.forget(source.token);
    const createdAtMs = changed.secrets.find(({ id }) => id === secretId)?.createdAtMs ?? 0;
    return { secretId, createdAtMs, expiresAtMs };
  }
}
