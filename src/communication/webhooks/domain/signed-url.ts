import { formFields } from './form-fields.js';
import type { UrlForm } from './signed-string.js';

/**
 * A part of the address that a provider was given; undefined when the address is not known. The
 * text is cut and not parsed: a parser would write some addresses anew, and other bytes were
 * signed.
 */
export function urlIn(form: UrlForm, url: string): string | undefined {
  const match = /^(https?):\/\/([^/?#]+)([^?#]*)(?:\?([^#]*))?/.exec(url);
  if (match === null) return undefined;
  const [, scheme = '', authority = '', path = '', query = ''] = match;
  const rest = path + (query === '' ? '' : `?${query}`);
  const host = authority.replace(/:\d+$/, '');
  switch (form) {
    case 'full':
      return url;
    case 'with-port':
      return authority === host
        ? `${scheme}://${host}:${scheme === 'https' ? 443 : 80}${rest}`
        : url;
    case 'without-port':
      return `${scheme}://${host}${rest}`;
    case 'base':
      return `${scheme}://${authority}${path}`;
    case 'path':
      return path;
    case 'path-query':
      return rest;
    case 'query':
      return query;
    case 'host':
      return authority;
    case 'sorted':
      return withSortedQuery(`${scheme}://${authority}${path}`, query);
  }
}

/** `address?a=1&b=2.` with the parameters in order, decoded; without a query `address?`. */
function withSortedQuery(base: string, query: string): string | undefined {
  const fields = formFields(query);
  if (fields === undefined) return undefined;
  const pairs = [...fields.keys()]
    .sort()
    .flatMap((name) => [...(fields.get(name) ?? [])].sort().map((value) => `${name}=${value}`));
  return `${base}?${pairs.join('&')}${pairs.length === 0 ? '' : '.'}`;
}
