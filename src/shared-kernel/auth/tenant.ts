import { z } from 'zod';

/** The tenant that is always there. */
export const defaultTenant = 'default';

/** A tenant's name. */
export const tenantSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and dashes, at most 63')
  .meta({ examples: [defaultTenant] });
