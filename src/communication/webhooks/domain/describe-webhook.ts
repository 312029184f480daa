import { cleanText } from './clean-text.js';
import type { ProviderScheme } from './provider-scheme.js';
import { textAt } from './read-place.js';
import { readTime } from './read-time.js';
import { RequestReader } from './request-reader.js';
import type { SourceRequest } from './source-request.js';
import type { WebhookDescription } from './webhook-description.js';

const eventTypeCharactersMax = 200;
const idCharactersMax = 300;

/**
 * Reads type, id and time of a webhook from where its provider writes them. Never fails: what
 * cannot be read is null or flagged, and a name or id past its bound counts as absent, since a cut
 * one could be mistaken for another.
 *
 * @param provider the provider's name, which begins every event type
 * @param reader the same request, where others read it too and share what was parsed
 */
export function describeWebhook(
  scheme: ProviderScheme,
  provider: string,
  request: SourceRequest,
  reader: RequestReader = new RequestReader(request, scheme.document),
): WebhookDescription {
  const { contentType, json, flags } = reader.document;
  const idText = scheme.deliveryId && textAt(scheme.deliveryId, reader);
  return {
    contentType,
    eventType: eventTypeOf(scheme, provider, reader),
    deliveryId: cleanText(idText, idCharactersMax),
    eventAtMs: eventTimeOf(scheme, reader),
    flags,
    json,
  };
}

function eventTypeOf(scheme: ProviderScheme, provider: string, request: RequestReader): string {
  for (const place of scheme.eventType ?? []) {
    const charactersMax = eventTypeCharactersMax - provider.length - 1;
    const name = cleanText(textAt(place, request), charactersMax);
    if (name !== null) return `${provider}.${name}`;
  }
  return `${provider}.webhook`;
}

function eventTimeOf({ eventTime }: ProviderScheme, request: RequestReader): number | null {
  const text = eventTime && textAt(eventTime.place, request);
  return eventTime === undefined || text === undefined ? null : readTime(text, eventTime.unit);
}
