import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { idPattern } from '#shared-kernel/domain/ids.js';
import { portalPermissionsSchema, type PortalToken } from './portal-token.js';
import { tenantSchema } from './tenant.js';

/** The id of a portal token. */
export const portalTokenIdSchema = z
  .string()
  .regex(idPattern('ptk'), 'must be ptk_ and 32 hex digits');

/** A portal token as clients see it: its value is not part of it. */
export const portalTokenViewSchema = z
  .object({
    id: portalTokenIdSchema,
    tenant: tenantSchema,
    endpoints: z.union([z.literal('all'), z.array(z.string())]),
    permissions: portalPermissionsSchema,
    madeBy: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'PortalToken' });

/** The one answer that holds the value. */
export const newPortalTokenSchema = portalTokenViewSchema
  .extend({ value: z.string().describe('The token itself: shown now and never again.') })
  .meta({ id: 'NewPortalToken' });

export function viewOfPortalToken(token: PortalToken): z.output<typeof portalTokenViewSchema> {
  const { id, tenant, endpointIds, permissions, madeBy, revokedAtMs } = token;
  return {
    id,
    tenant,
    endpoints: endpointIds === null ? 'all' : [...endpointIds],
    permissions: [...permissions],
    madeBy,
    createdAt: isoTime(token.createdAtMs),
    expiresAt: isoTime(token.expiresAtMs),
    revokedAt: revokedAtMs === null ? null : isoTime(revokedAtMs),
  };
}
