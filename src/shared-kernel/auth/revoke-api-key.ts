import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { ApiKeyStore } from './api-key-store.js';
import { apiKeyIdSchema } from './api-key-view.js';
import { authErrors } from './auth-errors.js';
import { KeyVerifier } from './key-verifier.js';
import { tenantSchema } from './tenant.js';

/** Revokes an API key at once. `tenant` null is the operator, who may revoke the keys of all. */
export class RevokeApiKey extends defineCommand({
  name: 'auth.revoke-api-key',
  input: z.object({ id: apiKeyIdSchema, tenant: tenantSchema.nullable() }),
  result: z.void(),
}) {}

@CommandHandler(RevokeApiKey)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKey> {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly verifier: KeyVerifier,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { id, tenant } }: RevokeApiKey): Promise<void> {
    const key = await this.keys.find(id);
    const visible = key?.revokedAtMs === null && (tenant === null || key.tenant === tenant);
    if (!visible) throw authErrors.keyNotFound(`There is no API key ${id} in force.`);
    if (!(await this.keys.revoke(id, this.clock.now()))) {
      throw authErrors.lastAdminKey(`The key ${id} is the last admin key of the operator.`);
    }
    this.verifier.forget(id);
  }
}
