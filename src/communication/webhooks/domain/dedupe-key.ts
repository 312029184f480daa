import { z } from 'zod';
import { headerNameSchema } from './headers.js';
import { jsonPathSchema } from './json-path.js';

/** Where a source's owner wants duplicates to be recognised: `{ header }` or `{ jsonPath }`. */
export const dedupeKeySchema = z.union([
  z.strictObject({ header: headerNameSchema }),
  z.strictObject({ jsonPath: jsonPathSchema }),
]);
export type DedupeKey = z.infer<typeof dedupeKeySchema>;
