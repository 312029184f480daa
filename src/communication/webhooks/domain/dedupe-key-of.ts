import { createHash } from 'node:crypto';
import type { DedupeKey } from './dedupe-key.js';
import { cleanText, type WebhookDescription } from './describe-webhook.js';
import type { WebhookHeaders } from './headers.js';
import type { Place } from './provider-scheme.js';
import { textAt } from './read-place.js';

const keyCharactersMax = 300;

/**
 * What two webhooks of one source share when one is a repetition of the other: the configured key,
 * else the provider's delivery id, else the content. The kind stands in front (`key:`, `id:`,
 * `sha256:`), so an id never meets a hash.
 *
 * A configured key that is absent from a request falls through: dropping a webhook for it would
 * lose it.
 */
export function dedupeKeyOf(
  description: WebhookDescription,
  configuredKey: DedupeKey | null,
  headers: WebhookHeaders,
  body: Uint8Array,
): string {
  if (configuredKey !== null) {
    const text = textAt(placeOf(configuredKey), headers, description.json);
    const key = cleanText(text, keyCharactersMax);
    if (key !== null) return `key:${key}`;
  }
  if (description.deliveryId !== null) return `id:${description.deliveryId}`;
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}

function placeOf(key: DedupeKey): Place {
  return 'header' in key
    ? { kind: 'header', headers: [key.header] }
    : { kind: 'json', path: key.jsonPath };
}
