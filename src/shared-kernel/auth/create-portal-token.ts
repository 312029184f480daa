import { randomBytes } from 'node:crypto';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import {
  parsePortalToken,
  portalEndpointsSchema,
  portalPermissionsSchema,
  portalSecretBytes,
  type PortalToken,
  portalTokenValue,
} from './portal-token.js';
import { PortalTokenStore } from './portal-token-store.js';
import { newPortalTokenSchema, viewOfPortalToken } from './portal-token-view.js';
import { tenantSchema } from './tenant.js';

const minuteMs = 60_000;
/** A day: a portal asks for a new one whenever its user comes back. */
const ttlMinutesMax = 1_440;

/** How long a token is in force. */
export const ttlMinutesSchema = z.int().min(1).max(ttlMinutesMax);

/** Makes a short-lived token with which a customer's frontend manages its own endpoints. */
export class CreatePortalToken extends defineCommand({
  name: 'auth.create-portal-token',
  input: z.object({
    tenant: tenantSchema,
    endpointIds: portalEndpointsSchema.nullable(),
    permissions: portalPermissionsSchema,
    ttlMinutes: ttlMinutesSchema,
    madeBy: z.string(),
  }),
  result: newPortalTokenSchema,
}) {}

@CommandHandler(CreatePortalToken)
export class CreatePortalTokenHandler implements ICommandHandler<CreatePortalToken> {
  constructor(
    private readonly tokens: PortalTokenStore,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: CreatePortalToken) {
    const { ttlMinutes, ...grant } = input;
    const createdAtMs = this.clock.now();
    const id = newId('ptk', createdAtMs);
    const value = portalTokenValue(id, randomBytes(portalSecretBytes));
    const token: PortalToken = {
      ...grant,
      id,
      secretHash: parsePortalToken(value)?.secretHash ?? '',
      createdAtMs,
      expiresAtMs: createdAtMs + ttlMinutes * minuteMs,
      revokedAtMs: null,
    };
    const isNew = await this.tokens.insert(token);
    if (!isNew) throw storageErrors.conflict(`There is a portal token ${id} already.`);
    return { ...viewOfPortalToken(token), value };
  }
}
