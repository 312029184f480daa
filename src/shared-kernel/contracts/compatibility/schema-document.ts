import { isObject } from './json-schema.js';
import { holding } from './keywords.js';

const rootUri = 'schema://document/';

/**
 * One whole schema with the places that `$ref` may name: `$id`, `$anchor` and JSON pointers
 * (JSON Schema 2020-12 core, 8.2). Nothing outside of the document is ever fetched.
 */
export class SchemaDocument {
  readonly #bases = new Map<object, string>();
  readonly #places = new Map<string, unknown>();

  constructor(
    readonly root: unknown,
    /** Equal for documents with equal text: their references mean the same. */
    readonly id: number,
  ) {
    this.#places.set(rootUri, root);
    this.#index(root, rootUri);
  }

  /** The base URI of a schema of this document. */
  baseOf(schema: object): string {
    return this.#bases.get(schema) ?? rootUri;
  }

  /** The schema that a reference names, undefined when this document has no such place. */
  resolve(reference: string, base: string): { readonly schema: unknown } | undefined {
    const uri = parseUri(reference, base);
    if (!uri) return undefined;
    const fragment = decodeFragment(uri.hash.slice(1));
    uri.hash = '';
    const resource = this.#places.get(uri.href);
    if (fragment === undefined || resource === undefined) return undefined;
    if (fragment === '') return { schema: resource };
    if (fragment.startsWith('/')) return this.#followPointer(resource, fragment, uri.href);
    const place = `${uri.href}#${fragment}`;
    return this.#places.has(place) ? { schema: this.#places.get(place) } : undefined;
  }

  #followPointer(resource: unknown, pointer: string, base: string) {
    let place = resource;
    for (const token of pointer.slice(1).split('/')) {
      const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
      if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) {
        return undefined;
      }
      place = (place as Record<string, unknown>)[key];
    }
    // A place that no keyword led to: its references count from the resource that holds it.
    if (isObject(place) && !this.#bases.has(place)) this.#index(place, base);
    return { schema: place };
  }

  #index(schema: unknown, outerBase: string): void {
    if (!isObject(schema) || this.#bases.has(schema)) return;
    const base = this.#baseInside(schema, outerBase);
    this.#bases.set(schema, base);
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const anchor = schema[keyword];
      if (typeof anchor === 'string') this.#places.set(`${base}#${anchor}`, schema);
    }
    for (const [keyword, value] of Object.entries(schema)) {
      const held = holding(keyword);
      if (held === 'one') this.#index(value, base);
      if (held === 'list' && Array.isArray(value)) value.forEach((one) => this.#index(one, base));
      if (held === 'by-name' && isObject(value)) {
        Object.values(value).forEach((one) => this.#index(one, base));
      }
    }
  }

  #baseInside(schema: Readonly<Record<string, unknown>>, outerBase: string): string {
    const uri = typeof schema['$id'] === 'string' && parseUri(schema['$id'], outerBase);
    if (!uri || uri.hash !== '') return outerBase;
    uri.hash = '';
    this.#places.set(uri.href, schema);
    return uri.href;
  }
}

function parseUri(reference: string, base: string): URL | undefined {
  return URL.parse(reference, base) ?? undefined;
}

function decodeFragment(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}
