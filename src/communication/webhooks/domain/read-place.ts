import { headerText, type WebhookHeaders } from './headers.js';
import { jsonTextAt } from './json-path.js';
import type { Place } from './place.js';
import type { RequestReader } from './request-reader.js';

/** More pairs or list items than this in one header are not looked at. */
const itemsMax = 50;

/** The text at a place of a request, or undefined when nothing usable stands there. */
export function textAt(place: Place, request: RequestReader): string | undefined {
  switch (place.kind) {
    case 'header':
      return firstHeader(place.headers, request.headers);
    case 'pair': {
      const text = headerText(request.headers, place.header) ?? '';
      return pairValues(text, place.key, place.separator)[0];
    }
    case 'query':
      return request.query?.get(place.name)?.[0];
    case 'form':
      return request.form?.get(place.field)?.[0];
    case 'json':
      return jsonTextAt(place.path, request.document.json);
  }
}

/**
 * Whether texts from this place are bytes that Node read as Latin-1, as it reads the head of a
 * request, and not text that was decoded.
 */
export function isLatin1(place: Place): boolean {
  return place.kind === 'header' || place.kind === 'pair';
}

/** All values of one key in a list of pairs such as `t=1,v1=a,v1=b`. */
export function pairValues(header: string, key: string, separator: string): string[] {
  const start = `${key}=`;
  return itemsOf(header, separator)
    .filter((item) => item.startsWith(start))
    .map((item) => item.slice(start.length));
}

/** The items of a list in a header, without blanks around them. */
export function itemsOf(header: string, separator: string): string[] {
  return header.split(separator, itemsMax).map((item) => item.trim());
}

function firstHeader(names: readonly string[], headers: WebhookHeaders): string | undefined {
  for (const name of names) {
    const text = headerText(headers, name);
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
}
