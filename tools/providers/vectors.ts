import type { Message } from './message.ts';

/** What an outside library said about messages; a file under `test/providers/vectors/`. */
export interface Vectors {
  readonly provider: string;
  /** Name and version of the library. */
  readonly package: string;
  readonly version: string;
  readonly signs: boolean;
  readonly secret: string;
  readonly otherSecret: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** PEM of the keys on the provider's server, by address. */
  readonly remoteKeys?: Readonly<Record<string, readonly string[]>>;
  readonly nowMs: number;
  readonly messages: readonly WrittenMessage[];
  readonly cases: readonly RecordedCase[];
}

interface WrittenMessage {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or base64 behind `base64:` where the bytes are none. */
  readonly body: string;
}

/** A message changed, and the verdict: only what differs from the message is written. */
export interface RecordedCase extends Partial<WrittenMessage> {
  readonly of: number;
  readonly kind: string;
  readonly laterMs?: number;
  readonly otherSecret?: true;
  readonly accepted: boolean;
}

const base64Mark = 'base64:';

export function writtenMessage({ method, url, headers, body }: Message): WrittenMessage {
  const text = Buffer.from(body).toString('utf8');
  const isText = Buffer.from(text).equals(body) && !text.startsWith(base64Mark);
  const written = isText ? text : base64Mark + Buffer.from(body).toString('base64');
  return { method, url, headers, body: written };
}

export function readMessage(written: WrittenMessage): Message {
  const { method, url, headers, body } = written;
  const bytes = body.startsWith(base64Mark)
    ? Buffer.from(body.slice(base64Mark.length), 'base64')
    : Buffer.from(body);
  return { method, url, headers, body: bytes };
}

/** What a changed message says that the first one does not. */
export function difference(first: WrittenMessage, changed: WrittenMessage): object {
  const keys = ['method', 'url', 'headers', 'body'] as const;
  const differing = keys.filter(
    (key) => JSON.stringify(first[key]) !== JSON.stringify(changed[key]),
  );
  return Object.fromEntries(differing.map((key) => [key, changed[key]]));
}
