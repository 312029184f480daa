import { z } from 'zod';
import { jsonPathSchema } from './json-path.js';
import { fieldNameSchema, headerNamesSchema, pairPlaceSchema } from './place.js';

const cutting = {
  prefix: z
    .string()
    .max(50)
    .optional()
    .meta({ description: 'Marks the signatures that are ours and is cut off: `sha256=`.' }),
  separator: z
    .enum([' ', ',', '&', ';'])
    .optional()
    .meta({ description: 'Between several signatures in one text.' }),
  afterLast: z
    .string()
    .length(1)
    .optional()
    .meta({ description: 'What stands up to the last of this character is cut off: `|`.' }),
};

/**
 * Where the signatures stand. All that are found are tried, since providers send several while a
 * secret is rotated; of `headers`, every one that is present counts. What lacks the prefix is left
 * alone.
 */
export const signaturePlaceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('header'), headers: headerNamesSchema, ...cutting }),
  pairPlaceSchema,
  z.strictObject({ kind: z.literal('query'), name: fieldNameSchema, ...cutting }),
  z.strictObject({ kind: z.literal('form'), field: fieldNameSchema, ...cutting }),
  z.strictObject({ kind: z.literal('json'), path: jsonPathSchema, ...cutting }),
  z
    .strictObject({
      kind: z.literal('authorization'),
      scheme: z.string().regex(/^[A-Za-z][\w-]{0,30}$/, 'must be the name of a scheme'),
    })
    .meta({ description: 'The Authorization header, behind its scheme: `Bearer`, `Basic`.' }),
  z
    .strictObject({ kind: z.literal('body') })
    .meta({ description: 'The body is the signed token itself (a JWT).' }),
]);

export type SignaturePlace = z.infer<typeof signaturePlaceSchema>;
