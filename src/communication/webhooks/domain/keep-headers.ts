import type { WebhookHeaders } from './headers.js';

/** Headers that carry credentials of the sender; their values are not kept. */
const credentialHeaders = new Set(['authorization', 'proxy-authorization', 'cookie']);
const redacted = '[redacted]';

/** The headers of a webhook as they are kept: all of them, without the values of credentials. */
export function headersToKeep(headers: WebhookHeaders): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) kept[name] = credentialHeaders.has(name) ? redacted : value;
  }
  return kept;
}
