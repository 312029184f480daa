import { headerText, type WebhookHeaders } from './headers.js';
import { valueAt } from './json-path.js';
import type { Place } from './provider-scheme.js';

/** More pairs or list items than this in one header are not looked at. */
const itemsMax = 50;

/**
 * The text at a place of a request, or undefined when nothing usable stands there.
 *
 * @param json the parsed body; undefined where it is not known yet or is no JSON
 */
export function textAt(place: Place, headers: WebhookHeaders, json: unknown): string | undefined {
  switch (place.kind) {
    case 'header':
      return firstHeader(place.headers, headers);
    case 'pair':
      return pairValues(headerText(headers, place.header) ?? '', place.key, place.separator)[0];
    case 'json':
      return textOf(valueAt(json, place.path));
  }
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

/**
 * Numbers past 2^53 have lost digits in JSON.parse, so two of them may look like one: they are no
 * text.
 */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}
