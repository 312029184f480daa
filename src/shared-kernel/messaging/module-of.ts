/**
 * The module that a command, a query or a reaction belongs to: what stands before the first dot of
 * its name. Null for effects and requests, whose names have none.
 */
export function moduleOf(name: string): string | null {
  const end = name.indexOf('.');
  return end === -1 ? null : name.slice(0, end);
}
