import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { idPattern } from '#shared-kernel/domain/ids.js';
import type { ApiKey } from './api-key-store.js';
import { scopes } from './scopes.js';
import { tenantSchema } from './tenant.js';

/** The id of an API key. */
export const apiKeyIdSchema = z.string().regex(idPattern('key'), 'must be key_ and 32 hex digits');

/** An API key as clients see it: its value is not part of it. */
export const apiKeyViewSchema = z
  .object({
    id: apiKeyIdSchema,
    name: z.string(),
    scope: z.enum(scopes),
    tenant: tenantSchema.nullable().describe('Null for a key of the operator.'),
    createdAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ApiKey' });

/** The one answer that holds the value. */
export const newApiKeySchema = apiKeyViewSchema
  .extend({ value: z.string().describe('The key itself: shown now and never again.') })
  .meta({ id: 'NewApiKey' });

export function viewOf(key: ApiKey): z.output<typeof apiKeyViewSchema> {
  const { id, name, scope, tenant, createdAtMs, revokedAtMs } = key;
  const revokedAt = revokedAtMs === null ? null : isoTime(revokedAtMs);
  return { id, name, scope, tenant, createdAt: isoTime(createdAtMs), revokedAt };
}
