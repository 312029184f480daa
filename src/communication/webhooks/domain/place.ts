import { z } from 'zod';
import { headerNameSchema } from './headers.js';
import { jsonPathSchema } from './json-path.js';

/** Longest name of a query parameter or form field. */
const nameCharactersMax = 100;

export const fieldNameSchema = z
  .string()
  .min(1)
  .max(nameCharactersMax)
  .meta({ description: 'Name of a query parameter or form field, as it is after decoding.' });

/** Header names in the order in which they are looked at. */
export const headerNamesSchema = z.array(headerNameSchema).min(1).max(12);

export const pairPlaceSchema = z
  .strictObject({
    kind: z.literal('pair'),
    header: headerNameSchema,
    key: z.string().min(1).max(50),
    separator: z.enum([',', ';', '&', ' ']),
  })
  .meta({ description: 'One value of a header that is a list: `t=1492774577,v1=5257a8...`.' });

/**
 * Where text stands in a request. The first header that is present counts; of a query parameter or
 * a form field, the first of its name. Numbers in JSON are read as their digits.
 */
export const placeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('header'), headers: headerNamesSchema }),
  pairPlaceSchema,
  z.strictObject({ kind: z.literal('query'), name: fieldNameSchema }),
  z.strictObject({ kind: z.literal('form'), field: fieldNameSchema }),
  z.strictObject({ kind: z.literal('json'), path: jsonPathSchema }),
]);

export type Place = z.infer<typeof placeSchema>;
