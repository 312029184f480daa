import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { ApiKeyStore } from './api-key-store.js';
import { apiKeyViewSchema, newApiKeySchema, viewOf } from './api-key-view.js';
import { newApiKey } from './new-api-key.js';
import { scopes } from './scopes.js';
import { tenantSchema } from './tenant.js';

/** Makes an API key and answers with its value, which is not kept. */
export class CreateApiKey extends defineCommand({
  name: 'auth.create-api-key',
  input: z.object({
    name: z.string(),
    scope: z.enum(scopes),
    tenant: tenantSchema.nullable(),
    /** A value chosen beforehand, for automated installs. */
    value: z.string().optional(),
  }),
  result: z.object({ view: apiKeyViewSchema, value: newApiKeySchema.shape.value }),
}) {}

@CommandHandler(CreateApiKey)
export class CreateApiKeyHandler implements ICommandHandler<CreateApiKey> {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: CreateApiKey) {
    const { key, value } = newApiKey(input, this.clock.now());
    const isNew = await this.keys.insert(key);
    if (!isNew) throw storageErrors.conflict(`There is an API key ${key.id} already.`);
    return { view: viewOf({ ...key, revokedAtMs: null }), value };
  }
}
