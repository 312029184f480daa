import { bodyIn } from './body-form.js';
import { headerText } from './headers.js';
import { valueAt } from './json-path.js';
import type { Place } from './place.js';
import type { ProviderScheme } from './provider-scheme.js';
import { isLatin1, textAt } from './read-place.js';
import type { RequestReader } from './request-reader.js';
import type { SignedPart, SortedForm } from './signed-string.js';
import { urlIn } from './signed-url.js';

/** A stretch of what is signed: bytes, text in Latin-1, or `secret` for the secret's own text. */
export type SignedPiece = Uint8Array | string | { readonly kind: 'secret' };

/** What the pieces are taken from. */
export interface SignedContext {
  readonly scheme: ProviderScheme;
  readonly request: RequestReader;
  /** The text of the signed time, where the scheme has one. */
  readonly timeText: string | undefined;
  readonly settings: Readonly<Record<string, unknown>> | null;
}

const listedHeadersMax = 50;

/**
 * What is signed, piece by piece; undefined when the request lacks a piece, so nothing can have
 * signed it.
 */
export function signedPieces(
  parts: readonly SignedPart[],
  context: SignedContext,
): SignedPiece[] | undefined {
  const pieces: SignedPiece[] = [];
  for (const part of parts) {
    const piece = pieceOf(part, context);
    if (piece === undefined) return undefined;
    pieces.push(piece);
  }
  return pieces;
}

function pieceOf(part: SignedPart, context: SignedContext): SignedPiece | undefined {
  const { request, scheme } = context;
  switch (part.kind) {
    case 'literal':
      return part.text;
    case 'body':
      return request.body;
    case 'timestamp':
      return context.timeText;
    case 'id':
      return scheme.deliveryId && placePiece(scheme.deliveryId, false, request);
    case 'method':
      return request.method;
    case 'secret':
      return { kind: 'secret' };
    case 'body-form':
      return utf8(bodyIn(part.form, request));
    case 'url':
      return urlIn(part.form, request.url);
    case 'sorted-form':
      return utf8(sortedForm(part.form, context));
    case 'place':
      return placePiece(part.place, part.optional, request);
    case 'fields':
      return utf8(presentFields(part.names, request.document.json));
    case 'listed-headers':
      return listedHeaders(part.header, context);
    case 'lower-query':
      return utf8(textAt({ kind: 'query', name: part.name }, request)?.toLowerCase());
    case 'setting': {
      const value = context.settings?.[part.name];
      return typeof value === 'string' ? utf8(value) : undefined;
    }
  }
}

function utf8(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : Buffer.from(text);
}

function placePiece(
  place: Place,
  optional: boolean,
  request: RequestReader,
): SignedPiece | undefined {
  const text = place.kind === 'json' ? scalarAt(place.path, request) : textAt(place, request);
  if (text === undefined) return optional ? '' : undefined;
  return isLatin1(place) ? text : Buffer.from(text);
}

/** As `textAt`, and `true` and `false` too, which senders sign by their names. */
function scalarAt(path: string, request: RequestReader): string | undefined {
  const value = valueAt(request.document.json, path);
  return typeof value === 'boolean' ? String(value) : textAt({ kind: 'json', path }, request);
}

/**
 * Names and values of a form in the order of the names; each value of a repeated name once, in
 * order, as Twilio's library joins them. The field of the signature itself is left out.
 */
function sortedForm(form: SortedForm, { request, scheme }: SignedContext): string | undefined {
  const fields = request.body.length === 0 ? new Map<string, readonly string[]>() : request.form;
  if (fields === undefined) return undefined;
  const { place } = scheme.signature;
  const ownField = place.kind === 'form' ? place.field : undefined;
  const names = [...fields.keys()].filter((name) => name !== ownField).sort();
  const texts = names.flatMap((name) =>
    valuesOf(fields.get(name) ?? [], form)
      .sort()
      .map((value) => (form === 'pairs' ? `${name}=${value}` : `${name}${value}`)),
  );
  return texts.join(form === 'pairs' ? '&' : '');
}

function valuesOf(values: readonly string[], form: SortedForm): string[] {
  return form === 'repeated' ? [...values] : [...new Set(values)];
}

/** Undefined when one that is present is no text: two documents must not read as one. */
function presentFields(names: readonly string[], json: unknown): string | undefined {
  const lines: string[] = [];
  for (const name of names) {
    const value = valueAt(json, name);
    if (value === undefined) continue;
    if (typeof value !== 'string') return undefined;
    lines.push(`${name}\n${value}\n`);
  }
  return lines.length === 0 ? undefined : lines.join('');
}

/**
 * The sender says which headers it signed, so the one that holds the time must be among them:
 * another time could be put in its place else.
 */
function listedHeaders(header: string, { request, scheme }: SignedContext): string | undefined {
  const list = headerText(request.headers, header);
  if (list === undefined) return undefined;
  const names = list
    .split(',', listedHeadersMax + 1)
    .map((name) => name.trim().toLowerCase())
    .sort();
  const timePlace = scheme.signature.timestamp?.place;
  const timeNames = timePlace?.kind === 'header' ? timePlace.headers : [];
  if (names.length > listedHeadersMax) return undefined;
  if (timeNames.length > 0 && !timeNames.some((name) => names.includes(name))) return undefined;
  const lines = names.map((name) => {
    const value = headerText(request.headers, name);
    return value === undefined ? undefined : `${name}:${value}`;
  });
  return lines.includes(undefined) ? undefined : lines.join(';');
}
