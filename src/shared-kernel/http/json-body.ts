import { httpErrors } from './http-errors.js';

/** Objects and lists within each other: more is not data but an attack on recursive code. */
const depthMax = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const jsonMediaType = /^application\/(?:json|[\w.!#$&^+-]+\+json)\s*(?:;|$)/i;

/** Whether a Content-Type names JSON, or a format that is JSON (RFC 6839, `+json`). */
export function isJson(contentType: string): boolean {
  return jsonMediaType.test(contentType);
}

/**
 * Parses a JSON body; an empty body is undefined.
 *
 * @throws `http.malformed-json` when it is not JSON in UTF-8, too deep, or has a key that could
 * reach a prototype; `http.invalid-request` when a text in it has U+0000, which PostgreSQL cannot
 * store (events and webhooks may have it: their bodies are stored as they are)
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = textOf(body);
  const value = parse(text);
  if (depthOf(text) > depthMax) {
    throw httpErrors.malformedJson(`The body is nested deeper than ${depthMax} levels.`);
  }
  // Only text with one of these can have such a key, and almost none has.
  if ((text.includes('__proto__') || text.includes('\\u')) && hasPrototypeKey(value)) {
    throw httpErrors.malformedJson('The body has the key __proto__, which is not allowed.');
  }
  if (text.includes('\\u0000')) refuseNul(value, '');
  return value;
}

/** No request means it, and a name that is stored must come back as it was sent. */
function refuseNul(value: unknown, path: string): void {
  if (typeof value === 'string' && value.includes('\0')) {
    const fault = 'has the character U+0000';
    throw httpErrors.invalidRequest(`${path || 'The body'} ${fault}.`, {
      fields: [{ path, fault }],
    });
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    refuseNul(key, path);
    refuseNul(member, path === '' ? key : `${path}.${key}`);
  }
}

function textOf(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch (cause) {
    throw httpErrors.malformedJson('The body is not valid UTF-8.', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const fault = cause instanceof Error ? cause.message : 'unknown';
    throw httpErrors.malformedJson(`The body is not JSON: ${fault}.`, { cause });
  }
}

const quote = 0x22;
const backslash = 0x5c;
const openings = new Set([0x5b, 0x7b]);
const closings = new Set([0x5d, 0x7d]);

/** The deepest nesting of brackets in a text that is JSON. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index);
    if (inString) {
      if (character === backslash) index++;
      else if (character === quote) inString = false;
    } else if (character === quote) inString = true;
    else if (openings.has(character)) deepest = Math.max(deepest, ++depth);
    else if (closings.has(character)) depth--;
  }
  return deepest;
}

function hasPrototypeKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasPrototypeKey);
}
