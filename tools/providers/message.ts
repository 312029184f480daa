import { createHmac } from 'node:crypto';

/** A request as a provider sends it. Names of headers are in lower case. */
export interface Message {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What is signed, before it is. */
export interface Draft {
  readonly url: string;
  readonly body: Uint8Array;
  readonly nowMs: number;
}

/** The time at which messages of tests are signed, and the address that they go to. */
export const signedAtMs = 1_790_000_000_000;
export const hookAddress = 'https://hooks.example/hooks/src_1';

export function post({ url, body }: Draft, headers: Record<string, string>): Message {
  return { method: 'POST', url, headers, body };
}

export function textOf({ body }: { readonly body: Uint8Array }): string {
  return Buffer.from(body).toString('utf8');
}

/** HTTP takes blanks off around the values of headers (RFC 9110 section 5.5). */
export function arrived(message: Message): Message {
  const headers = Object.entries(message.headers).map(([name, text]) => [name, text.trim()]);
  return { ...message, headers: Object.fromEntries(headers) as Message['headers'] };
}

/** HMAC of texts behind each other, for recipes. */
export function hmacOf(
  hash: string,
  key: string | Uint8Array,
  encoding: 'hex' | 'base64',
  ...texts: (string | Uint8Array)[]
): string {
  const hashing = createHmac(hash, key);
  for (const text of texts) hashing.update(text);
  return hashing.digest(encoding);
}
