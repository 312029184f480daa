import { headerText, type WebhookHeaders } from './headers.js';
import type { EventTime, ProviderScheme } from './provider-scheme.js';
import { textAt } from './read-place.js';
import type { WebhookFlag } from './webhook-flag.js';

/** What a webhook says about itself. All texts are bounded and free of control characters. */
export interface WebhookDescription {
  /** The `content-type` header as sent, or null. */
  readonly contentType: string | null;
  /**
   * `<provider>.<provider's own name>`, such as `github.pull_request`; `<provider>.webhook` when it
   * gives none.
   */
  readonly eventType: string;
  /** The provider's id of this delivery, the same when it is sent again, or null. */
  readonly deliveryId: string | null;
  /** When it happened by the provider's account, in milliseconds since the epoch, or null. */
  readonly eventAtMs: number | null;
  readonly flags: readonly WebhookFlag[];
  /** The parsed body, undefined when it is no JSON. Parsed once, here. */
  readonly json: unknown;
}

const eventTypeCharactersMax = 200;
const idCharactersMax = 300;
const contentTypeCharactersMax = 300;

/**
 * Reads type, id and time of a webhook from where its provider writes them. Never fails: what
 * cannot be read is null or flagged, and a name or id past its bound counts as absent, since a cut
 * one could be mistaken for another.
 *
 * @param provider the provider's name, which begins every event type
 */
export function describeWebhook(
  scheme: ProviderScheme,
  provider: string,
  headers: WebhookHeaders,
  body: Uint8Array,
): WebhookDescription {
  const contentType = cleanText(headerText(headers, 'content-type'), contentTypeCharactersMax);
  const { json, flags } = readBody(scheme, mediaTypeOf(contentType), body);
  const idText = scheme.deliveryId && textAt(scheme.deliveryId, headers, json);
  return {
    contentType,
    eventType: eventTypeOf(scheme, provider, headers, json),
    deliveryId: cleanText(idText, idCharactersMax),
    eventAtMs: eventTimeOf(scheme.eventTime, headers, json),
    flags,
    json,
  };
}

/**
 * A text without outer blanks, or null when it is empty, too long, or holds control characters or
 * half a character.
 */
export function cleanText(text: string | undefined, charactersMax: number): string | null {
  const trimmed = text?.trim() ?? '';
  const usable =
    trimmed !== '' && trimmed.length <= charactersMax && !/[\p{Cc}\p{Cs}]/u.test(trimmed);
  return usable ? trimmed : null;
}

function eventTypeOf(
  scheme: ProviderScheme,
  provider: string,
  headers: WebhookHeaders,
  json: unknown,
): string {
  for (const place of scheme.eventType ?? []) {
    const charactersMax = eventTypeCharactersMax - provider.length - 1;
    const name = cleanText(textAt(place, headers, json), charactersMax);
    if (name !== null) return `${provider}.${name}`;
  }
  return `${provider}.webhook`;
}

function eventTimeOf(
  eventTime: EventTime | undefined,
  headers: WebhookHeaders,
  json: unknown,
): number | null {
  const text = eventTime && textAt(eventTime.place, headers, json);
  if (eventTime === undefined || text === undefined) return null;
  switch (eventTime.unit) {
    case 'iso':
      // Date.parse alone also takes words and local times, which mean something else on every
      // machine.
      return /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text)
        ? timeOf(Date.parse(text))
        : null;
    case 'seconds':
      return /^\d{1,12}$/.test(text) ? timeOf(Number(text) * 1_000) : null;
    case 'milliseconds':
      return /^\d{1,15}$/.test(text) ? timeOf(Number(text)) : null;
  }
}

/** Null unless a Date can hold it. */
function timeOf(ms: number): number | null {
  return Math.abs(ms) <= 8.64e15 ? ms : null;
}

interface BodyReading {
  readonly json: unknown;
  readonly flags: readonly WebhookFlag[];
}

const formMediaType = 'application/x-www-form-urlencoded';

/**
 * JSON under another content type is read too, and flagged. A body that is no JSON is malformed
 * only when it said that it would be, or said nothing.
 */
function readBody(scheme: ProviderScheme, mediaType: string | null, body: Uint8Array): BodyReading {
  const isForm = mediaType === formMediaType && scheme.formField !== undefined;
  const isJson = mediaType !== null && /^application\/(?:[^/]+\+)?json$/.test(mediaType);
  if (body.length === 0) return { json: undefined, flags: ['empty-body'] };
  const flags: WebhookFlag[] = isForm || isJson ? [] : ['unexpected-content-type'];
  const text = utf8Text(body);
  const document = isForm ? formValue(text, scheme.formField) : text;
  const json = document === undefined ? undefined : parsedJson(document);
  const promised = isJson || mediaType === null || (isForm && document !== undefined);
  return { json, flags: json === undefined && promised ? [...flags, 'malformed-json'] : flags };
}

function mediaTypeOf(contentType: string | null): string | null {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? null;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Undefined when the bytes are no UTF-8: replaced characters would be data that nobody sent. */
function utf8Text(body: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(body);
  } catch {
    return undefined;
  }
}

function formValue(text: string | undefined, field: string | undefined): string | undefined {
  if (text === undefined || field === undefined) return undefined;
  return new URLSearchParams(text).get(field) ?? undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
