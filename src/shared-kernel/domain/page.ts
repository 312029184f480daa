/** One page of a list. `next` is the cursor of the following page, null on the last one. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

/** Items a page holds at the most, and when the caller does not say. */
export const pageSizeMax = 200;
export const pageSizeDefault = 50;

/**
 * Cuts a page out of rows read with `limit + 1`: the surplus row only proves that there is a next
 * page.
 *
 * @param rows up to `limit + 1` rows in list order
 * @param limit items of this page
 * @param cursorOf the sort key of a row; an opaque cursor is made of it
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string | number,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const next = rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null;
  return { items: kept.map(itemOf), next };
}

/** An opaque cursor for a sort key. */
export function encodeCursor(key: string | number): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** The sort key of a cursor, or undefined when it is not one of ours. */
export function decodeCursor(cursor: string): string | number | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return typeof key === 'string' || Number.isSafeInteger(key)
      ? (key as string | number)
      : undefined;
  } catch {
    return undefined;
  }
}
