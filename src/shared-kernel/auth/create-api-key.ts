import { randomBytes } from 'node:crypto';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { apiKeySecretBytes, apiKeyValue, hashOfSecret, parseApiKey } from './api-key.js';
import { ApiKeyStore } from './api-key-store.js';
import { apiKeyViewSchema, newApiKeySchema, viewOf } from './api-key-view.js';
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
    const createdAtMs = this.clock.now();
    const value =
      input.value ?? apiKeyValue(newId('key', createdAtMs), randomBytes(apiKeySecretBytes));
    const parts = parseApiKey(value);
    if (parts === undefined) throw new Error('the chosen value does not have the form of a key');
    const { name, scope, tenant } = input;
    const secretHash = hashOfSecret(parts.secret);
    const key = { id: parts.keyId, name, scope, tenant, secretHash, createdAtMs };
    const isNew = await this.keys.insert(key);
    if (!isNew) throw storageErrors.conflict(`There is an API key ${parts.keyId} already.`);
    return { view: viewOf({ ...key, revokedAtMs: null }), value };
  }
}
