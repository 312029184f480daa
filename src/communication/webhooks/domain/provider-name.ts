import { z } from 'zod';

/** The name that a source gives as its provider, and the start of its event types. */
export const providerNameSchema = z
  .string()
  .max(50)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be small letters and digits, joined by hyphens')
  .meta({ examples: ['github'] });
