import { z } from 'zod';
import { decodeCursor, pageSizeDefault, pageSizeMax } from '#shared-kernel/domain/page.js';

const cursorLengthMax = 500;

/** Query parameters of every list: spread them into the schema of `@Query({ schema })`. */
export const pageQuery = {
  limit: z.coerce
    .number<string>()
    .int()
    .min(1)
    .max(pageSizeMax)
    .default(pageSizeDefault)
    .describe('Items of the page.'),
  /** Parsed into the sort key behind which the page starts. */
  cursor: z
    .string()
    .max(cursorLengthMax)
    .transform((cursor, context) => {
      const key = decodeCursor(cursor);
      if (key === undefined) context.addIssue('is not a cursor that a page of this list gave');
      return key ?? z.NEVER;
    })
    .optional()
    .describe('The `next` of the page before.'),
};

/** The schema of a page of these items, for `@Answers`. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Cursor of the next page, null on the last one.'),
  });
}
