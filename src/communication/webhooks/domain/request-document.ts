import { cleanText } from './clean-text.js';
import { decodedBody } from './decoded-body.js';
import { formFields } from './form-fields.js';
import { headerText, type WebhookHeaders } from './headers.js';
import { valueAt } from './json-path.js';
import { jwtParts } from './jwt-parts.js';
import type { DocumentScheme } from './provider-scheme.js';
import type { WebhookFlag } from './webhook-flag.js';

/** What the body of a request says, as far as it can be read. */
export interface RequestDocument {
  /** The `content-type` header as sent, or null. */
  readonly contentType: string | null;
  /** The parsed JSON, undefined when there is none. */
  readonly json: unknown;
  readonly flags: readonly WebhookFlag[];
}

const contentTypeCharactersMax = 300;
const formMediaType = 'application/x-www-form-urlencoded';

/**
 * Reads the JSON of a request. JSON under another content type is read too, and flagged. A body
 * that is no JSON is malformed only when it said that it would be, or said nothing; one that cannot
 * be unpacked is. Never fails.
 */
export function readDocument(
  scheme: DocumentScheme | undefined,
  headers: WebhookHeaders,
  sentBody: Uint8Array,
): RequestDocument {
  const contentType = cleanText(headerText(headers, 'content-type'), contentTypeCharactersMax);
  if (sentBody.length === 0) return { contentType, json: undefined, flags: ['empty-body'] };
  const body = decodedBody(headerText(headers, 'content-encoding'), sentBody);
  if (body === undefined) return { contentType, json: undefined, flags: ['malformed-json'] };
  if (scheme?.kind === 'jwt') return { contentType, ...readJwt(scheme.path, body) };
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? null;
  const isForm = mediaType === formMediaType && scheme !== undefined;
  const isJson = mediaType !== null && /^application\/(?:[^/]+\+)?json$/.test(mediaType);
  if (isForm && scheme.kind === 'form') return { contentType, json: undefined, flags: [] };
  const field = isForm && scheme.kind === 'form-field' ? scheme.field : undefined;
  const flags: WebhookFlag[] = isForm || isJson ? [] : ['unexpected-content-type'];
  const text = utf8Text(body);
  const document = field === undefined ? text : formValue(text, field);
  const json = document === undefined ? undefined : parsedJson(document);
  const promised = isJson || mediaType === null || (isForm && document !== undefined);
  const isMalformed = json === undefined && promised;
  return { contentType, json, flags: isMalformed ? [...flags, 'malformed-json'] : flags };
}

function readJwt(path: string | undefined, body: Uint8Array): Omit<RequestDocument, 'contentType'> {
  const claims = jwtParts(utf8Text(body) ?? '')?.claims;
  const value = path === undefined ? claims : valueAt(claims, path);
  const json = typeof value === 'string' ? parsedJson(value) : value;
  return { json, flags: json === undefined ? ['malformed-json'] : [] };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Undefined when the bytes are no UTF-8: replaced characters would be data that nobody sent. */
export function utf8Text(body: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(body);
  } catch {
    return undefined;
  }
}

/** Undefined when the text is no JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function formValue(text: string | undefined, field: string): string | undefined {
  return text === undefined ? undefined : formFields(text)?.get(field)?.[0];
}
