import { httpErrors } from './http-errors.js';

/** The strong ETag of a resource's revision (RFC 9110, section 8.8.3): `"3"`. */
export function etagOf(revision: number): string {
  return `"${revision}"`;
}

/**
 * Checks the `If-Match` of a change against the revision that was read (RFC 9110, section 13.1.1).
 * Without the header the change is unconditional.
 *
 * @throws `http.precondition-failed` when the resource has another revision
 */
export function checkIfMatch(ifMatch: string | undefined, revision: number): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const current = etagOf(revision);
  if (ifMatch.split(',').some((etag) => etag.trim() === current)) return;
  throw httpErrors.preconditionFailed(
    `The resource is at revision ${current}, not at ${ifMatch.slice(0, 100)}.`,
  );
}
