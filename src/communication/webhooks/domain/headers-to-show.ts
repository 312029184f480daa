/**
 * Names of headers whose values may be credentials, whoever the sender is. A wrong one is hidden
 * too: it may be right at another place.
 */
const credentialName = /auth|cookie|password|secret|token|api-?key/;
const redacted = '[redacted]';

/** The headers of a rejected request for people to look at. */
export function headersToShow(
  headers: Readonly<Record<string, string | string[]>>,
): Record<string, string | string[]> {
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    credentialName.test(name) ? redacted : value,
  ]);
  return Object.fromEntries(shown) as Record<string, string | string[]>;
}
