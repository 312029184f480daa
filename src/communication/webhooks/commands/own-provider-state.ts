import { z } from 'zod';
import { providerDefinitionSchema } from '../domain/provider-definition.js';

/** A tenant's own provider as messages show it. */
export const ownProviderSchema = z.strictObject({
  definition: providerDefinitionSchema,
  createdAtMs: z.int(),
  revision: z.int(),
});
