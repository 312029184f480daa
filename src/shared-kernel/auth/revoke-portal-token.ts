import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { authErrors } from './auth-errors.js';
import { PortalTokenStore } from './portal-token-store.js';
import { portalTokenIdSchema } from './portal-token-view.js';
import { PortalVerifier } from './portal-verifier.js';
import { tenantSchema } from './tenant.js';

/** Ends a portal token before its time. */
export class RevokePortalToken extends defineCommand({
  name: 'auth.revoke-portal-token',
  input: z.object({ id: portalTokenIdSchema, tenant: tenantSchema }),
  result: z.void(),
}) {}

@CommandHandler(RevokePortalToken)
export class RevokePortalTokenHandler implements ICommandHandler<RevokePortalToken> {
  constructor(
    private readonly tokens: PortalTokenStore,
    private readonly verifier: PortalVerifier,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { id, tenant } }: RevokePortalToken): Promise<void> {
    if (!(await this.tokens.revoke(tenant, id, this.clock.now()))) {
      throw authErrors.portalTokenNotFound(`There is no portal token ${id} in force.`);
    }
    this.verifier.forget(id);
  }
}
