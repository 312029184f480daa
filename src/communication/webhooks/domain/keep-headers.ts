import type { WebhookHeaders } from './headers.js';
import type { SignatureScheme } from './provider-scheme.js';

/** Headers that carry credentials of the sender; their values are not kept. */
const credentialHeaders = new Set(['authorization', 'proxy-authorization', 'cookie']);
const redacted = '[redacted]';

/**
 * The headers of a webhook as they are kept: all of them, without the values of credentials. Where
 * the secret itself is sent, its header is one of these.
 */
export function headersToKeep(
  headers: WebhookHeaders,
  { algorithm, place }: SignatureScheme,
): Record<string, string | string[]> {
  const isToken = algorithm.kind === 'token';
  const tokenHeaders = isToken && place.kind === 'header' ? place.headers : [];
  const isCredential = (name: string) => credentialHeaders.has(name) || tokenHeaders.includes(name);
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) kept[name] = isCredential(name) ? redacted : value;
  }
  return kept;
}
