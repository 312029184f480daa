import { createHmac } from 'node:crypto';
import { conditionHolds } from './condition-holds.js';
import type { HandshakeAction, HandshakeAnswer, HandshakeReply } from './source-scheme.js';
import type { AnswerHmac, AnswerScheme, AnswerValue, Handshake } from './handshake-scheme.js';
import type { ProviderScheme } from './provider-scheme.js';
import { textAt } from './read-place.js';
import { isPinned } from './remote-key.js';
import type { RequestReader } from './request-reader.js';
import { secretFormOf } from './secret-form.js';
import { keyOf } from './secret-key.js';
import type { SigningSecret } from './source.js';
import { signedPieces } from './signed-pieces.js';
import { signedString } from './signed-string.js';

/** What a handshake is answered from. */
export interface HandshakeContext {
  readonly scheme: ProviderScheme;
  readonly request: RequestReader;
  readonly secrets: readonly SigningSecret[];
  readonly settings: Readonly<Record<string, unknown>> | null;
}

const textCharactersMax = 1_000;

/**
 * The answer that a handshake wants, or null when the request is none. Texts of the sender are
 * repeated only as plain text, JSON or headers, so that no browser ever runs them, and only short
 * ones.
 *
 * @param isVerified whether the signature was checked; handshakes that need it wait for it
 */
export function handshakeReply(
  context: HandshakeContext,
  isVerified: boolean,
): HandshakeReply | null {
  const { scheme, request, settings } = context;
  for (const handshake of scheme.handshakes ?? []) {
    if (handshake.method !== request.method || isSigned(handshake) !== isVerified) continue;
    if (!(handshake.when ?? []).every((condition) => conditionHolds(condition, request, settings)))
      continue;
    const action = actionOf(handshake, request);
    const answer = action === undefined ? null : answerOf(handshake.answer, context);
    if (action !== undefined && answer !== null) return { answer, action };
  }
  return null;
}

/** The methods that an address of this scheme takes, for `Allow`. */
export function methodsOf({ handshakes = [] }: ProviderScheme): string[] {
  return [...new Set(['POST', ...handshakes.map(({ method }) => method)])];
}

function isSigned({ signed, method }: Handshake): boolean {
  return signed ?? method === 'POST';
}

/** Undefined when it cannot be done: then this is not the handshake that it looks like. */
function actionOf(
  { action }: Handshake,
  request: RequestReader,
): HandshakeAction | null | undefined {
  if (action === undefined) return null;
  switch (action.kind) {
    case 'confirm': {
      const url = textAt(action.url, request);
      return url !== undefined && isPinned(url, action.hosts)
        ? { kind: 'confirm', url }
        : undefined;
    }
    case 'keep': {
      const value = textAt(action.value, request);
      const usable = value !== undefined && value.length <= textCharactersMax;
      return usable ? { kind: 'keep', value } : undefined;
    }
  }
}

function answerOf(scheme: AnswerScheme, context: HandshakeContext): HandshakeAnswer | null {
  const headers: Record<string, string> = {};
  for (const [name, template] of Object.entries(scheme.headers ?? {})) {
    const text = textOf(template, context);
    if (text === null || !/^[\t -~]*$/.test(text)) return null;
    headers[name] = text;
  }
  const { status = 200 } = scheme;
  if (scheme.json !== undefined) {
    const body = jsonOf(scheme.json, context);
    if (body === null) return null;
    return { status, headers: { ...headers, 'content-type': 'application/json' }, body };
  }
  if (scheme.text === undefined) return { status, headers, body: '' };
  const body = valueOf(scheme.text, context);
  const type = 'text/plain; charset=utf-8';
  if (body === null) return null;
  return { status, headers: { ...headers, 'content-type': type }, body: String(body) };
}

function jsonOf(fields: Readonly<Record<string, AnswerValue>>, context: HandshakeContext) {
  const values: [string, string | number | boolean][] = [];
  for (const [name, scheme] of Object.entries(fields)) {
    const value = valueOf(scheme, context);
    if (value === null) return null;
    values.push([name, value]);
  }
  return JSON.stringify(Object.fromEntries(values));
}

function valueOf(value: AnswerValue, context: HandshakeContext): string | number | boolean | null {
  if (typeof value === 'string') return textOf(value, context);
  return typeof value === 'object' ? hmacOf(value, context) : value;
}

/** With the oldest secret, since the provider was given that one first. */
function hmacOf(scheme: AnswerHmac, context: HandshakeContext): string | null {
  const [secret] = context.secrets;
  const key = secret && keyOf(secret, secretFormOf(context.scheme.signature));
  const text = textOf(scheme.of, context);
  const prefix = scheme.prefix === undefined ? '' : textOf(scheme.prefix, context);
  if (!key || key.type !== 'secret' || text === null || prefix === null) return null;
  const digest = createHmac(scheme.hmac, key).update(text).digest(scheme.encoding);
  return prefix + digest;
}

function textOf(template: string, { scheme, request, settings }: HandshakeContext): string | null {
  const context = { scheme, request, timeText: undefined, settings };
  const pieces = signedPieces(signedString(template), context);
  if (pieces === undefined) return null;
  const bytes = pieces.map((piece) => {
    if (typeof piece === 'string') return Buffer.from(piece, 'latin1');
    // Answers hold no secrets: their templates are refused when they are written.
    return 'kind' in piece ? Buffer.alloc(0) : piece;
  });
  const text = Buffer.concat(bytes).toString('utf8');
  return text.length <= textCharactersMax ? text : null;
}
