import { z } from 'zod';
import { headerNameSchema } from './headers.js';
import { jsonPathSchema } from './json-path.js';
import type { Place } from './place.js';

/** Digests and other forms of the body that may stand in a signed string. */
const bodyForms = [
  'crc32',
  'base64',
  'sorted-json',
  'md5-hex',
  'sha1-hex',
  'sha256-hex',
  'sha512-hex',
  'md5-base64',
  'sha1-base64',
  'sha256-base64',
  'sha512-base64',
  'sha256-base64url',
] as const;
export type BodyForm = (typeof bodyForms)[number];

/** What of the address may be signed: with query, or one side of its question mark. */
const urlForms = [
  'full',
  'with-port',
  'without-port',
  'base',
  'path',
  'path-query',
  'query',
  'host',
  'sorted',
] as const;
export type UrlForm = (typeof urlForms)[number];

/** `name` and `value` joined (each repeated value once, or all of them), or as `name=value&`. */
const sortedForms = ['joined', 'repeated', 'pairs'] as const;
export type SortedForm = (typeof sortedForms)[number];

/** One piece of the bytes that a signature covers, in order. */
export type SignedPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'body' | 'timestamp' | 'id' | 'method' | 'secret' }
  | { readonly kind: 'body-form'; readonly form: BodyForm }
  | { readonly kind: 'url'; readonly form: UrlForm }
  | { readonly kind: 'sorted-form'; readonly form: SortedForm }
  | { readonly kind: 'place'; readonly place: Place; readonly optional: boolean }
  /** For each of the JSON names that is present: name, line feed, value, line feed. */
  | { readonly kind: 'fields'; readonly names: readonly string[] }
  /** The headers that a header lists, `name:value` joined by `;` in the order of their names. */
  | { readonly kind: 'listed-headers'; readonly header: string }
  /** A query parameter in lower case, as some senders sign what they write in either. */
  | { readonly kind: 'lower-query'; readonly name: string }
  | { readonly kind: 'setting'; readonly name: string };

const templateCharactersMax = 2_000;
const partsMax = 60;

/** A template of what is signed, such as `v0:{timestamp}:{body}`. */
export const signedTemplateSchema = z
  .string()
  .min(1)
  .max(templateCharactersMax)
  .superRefine((template, context) => {
    const fault = templateFault(template);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  })
  .meta({
    description:
      'Text with `{body}`, `{timestamp}`, `{id}`, `{method}`, `{secret}`, `{url}` (also ' +
      `${urlForms.map((form) => `{url:${form}}`).join(', ')}), {sorted-form} (also ` +
      '{sorted-form:repeated}, {sorted-form:pairs}), {json:path}, {header:name}, {query:name}, {form:name} ({json?:path} ' +
      'where it may be absent), {lower-query:name}, {fields:A,B}, {listed-headers:name}, {setting:name}, and ' +
      `${bodyForms.map((form) => `{body:${form}}`).join(', ')}.`,
  });

/**
 * Templates that were read already. Reading one on each request would cost as much as the check of
 * a small signature; the number of templates is that of providers, and bounded all the same.
 */
const known = new Map<string, readonly SignedPart[]>();
const knownMax = 5_000;

/**
 * Reads a template such as `v0:{timestamp}:{body}` into the parts that are hashed one after the
 * other, so the body stays bytes and is never joined to anything.
 *
 * @throws Error when it is no template: a fault in a provider's data
 */
export function signedString(template: string): readonly SignedPart[] {
  const parts = known.get(template) ?? partsIn(template);
  if (parts === null) throw new Error(`not a template of a signed string: ${template}`);
  if (known.size >= knownMax) known.clear();
  known.set(template, parts);
  return parts;
}

/** What is wrong with a template, as half a sentence, or null. */
export function templateFault(template: string): string | null {
  const strange = pieces(template).find((piece) => partOf(piece) === null);
  if (strange !== undefined) return `has no meaning at ${JSON.stringify(strange.slice(0, 60))}`;
  return partsIn(template) === null ? `must have 1 to ${partsMax} parts` : null;
}

function partsIn(template: string): readonly SignedPart[] | null {
  const parts = pieces(template).map(partOf);
  const readable = parts.filter((part) => part !== null);
  const usable = readable.length === parts.length && parts.length > 0 && parts.length <= partsMax;
  return usable ? readable : null;
}

function pieces(template: string): string[] {
  return template.split(/(\{[^{}]*\})/).filter((text) => text !== '');
}

const placeholder = /^\{(?<word>[a-z-]+)(?<optional>\??)(?::(?<argument>[^{}]+))?\}$/;

function partOf(piece: string): SignedPart | null {
  if (!/[{}]/.test(piece)) return isLiteral(piece) ? { kind: 'literal', text: piece } : null;
  const { word, optional, argument } = placeholder.exec(piece)?.groups ?? {};
  if (word === undefined) return null;
  if (argument === undefined) return optional === '' ? plainPart(word) : null;
  return optional === '' ? argumentPart(word, argument) : placePart(word, argument, true);
}

/** Printable ASCII and line breaks: what all senders write in the same bytes. */
function isLiteral(text: string): boolean {
  return /^[\n\r\t -~]+$/.test(text);
}

function plainPart(word: string): SignedPart | null {
  switch (word) {
    case 'body':
    case 'timestamp':
    case 'id':
    case 'method':
    case 'secret':
      return { kind: word };
    case 'url':
      return { kind: 'url', form: 'full' };
    case 'sorted-form':
      return { kind: 'sorted-form', form: 'joined' };
    default:
      return null;
  }
}

function argumentPart(word: string, argument: string): SignedPart | null {
  switch (word) {
    case 'body': {
      const form = bodyForms.find((known) => known === argument);
      return form === undefined ? null : { kind: 'body-form', form };
    }
    case 'url': {
      const form = urlForms.find((known) => known === argument);
      return form === undefined ? null : { kind: 'url', form };
    }
    case 'sorted-form':
      return sortedFormPart(argument);
    case 'fields':
      return { kind: 'fields', names: argument.split(',') };
    case 'listed-headers':
      return headerPart(argument, (header) => ({ kind: 'listed-headers', header }));
    case 'lower-query':
    case 'setting':
      return { kind: word, name: argument };
    default:
      return placePart(word, argument, false);
  }
}

function sortedFormPart(argument: string): SignedPart | null {
  const form = sortedForms.find((known) => known === argument);
  return form === undefined ? null : { kind: 'sorted-form', form };
}

function placePart(word: string, argument: string, optional: boolean): SignedPart | null {
  switch (word) {
    case 'json':
      return jsonPathSchema.safeParse(argument).success
        ? { kind: 'place', place: { kind: 'json', path: argument }, optional }
        : null;
    case 'header':
      return headerPart(argument, (header) => ({
        kind: 'place',
        place: { kind: 'header', headers: [header] },
        optional,
      }));
    case 'query':
      return { kind: 'place', place: { kind: 'query', name: argument }, optional };
    case 'form':
      return { kind: 'place', place: { kind: 'form', field: argument }, optional };
    default:
      return null;
  }
}

function headerPart(name: string, part: (header: string) => SignedPart): SignedPart | null {
  const header = headerNameSchema.safeParse(name);
  return header.success ? part(header.data) : null;
}
