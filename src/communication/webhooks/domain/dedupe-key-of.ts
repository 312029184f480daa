import { createHash } from 'node:crypto';
import { cleanText } from './clean-text.js';
import type { DedupeKey } from './dedupe-key.js';
import { headerText, type WebhookHeaders } from './headers.js';
import { jsonTextAt } from './json-path.js';
import type { WebhookDescription } from './webhook-description.js';

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
    const text =
      'header' in configuredKey
        ? headerText(headers, configuredKey.header)
        : jsonTextAt(configuredKey.jsonPath, description.json);
    const key = cleanText(text, keyCharactersMax);
    if (key !== null) return `key:${key}`;
  }
  if (description.deliveryId !== null) return `id:${description.deliveryId}`;
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
