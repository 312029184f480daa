import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** What came back on a bare connection. */
export interface RawAnswer {
  /** Status of the last answer, 0 when there was none. */
  readonly status: number;
  /** Statuses of all answers, interim ones among them. */
  readonly statuses: readonly number[];
  readonly text: string;
  /** The body of the last answer as JSON, null when it is none. */
  readonly json: Readonly<Record<string, unknown>> | null;
}

interface RawOptions {
  /** Ends our side once everything is sent. */
  readonly end?: boolean;
  /** Called with what came so far; true ends the exchange from our side. */
  readonly enough?: (text: string) => boolean;
}

/**
 * Writes these pieces over a bare connection, each a packet of its own, and collects what comes
 * back until the server closes, or it is enough.
 */
export function exchangeRaw(
  url: string,
  pieces: readonly (string | Buffer)[],
  { end = false, enough = isAnswered }: RawOptions = {},
): Promise<RawAnswer> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: hostname, noDelay: true });
    const chunks: Buffer[] = [];
    const text = () => Buffer.concat(chunks).toString('latin1');
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (enough(text())) socket.destroy();
    });
    // The server may end the connection while we still write: what it said before is what counts.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answerOf(text())));
    socket.on('connect', () => {
      const write = async () => {
        for (const piece of pieces) {
          if (socket.destroyed) return;
          await new Promise<void>((done) => socket.write(piece, () => done()));
          await nextTurn();
        }
        if (end) socket.end();
      };
      write().catch(reject);
    });
  });
}

/** Whether the text ends with a whole final answer that has a length. */
export function isAnswered(text: string): boolean {
  const at = text.search(/HTTP\/1\.1 [2-5]\d\d /);
  if (at === -1) return false;
  const headEnd = text.indexOf('\r\n\r\n', at);
  if (headEnd === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(at, headEnd))?.[1];
  return length !== undefined && text.length >= headEnd + 4 + Number(length);
}

function answerOf(text: string): RawAnswer {
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  const body = text.slice(text.lastIndexOf('\r\n\r\n') + 4);
  return { status: statuses.at(-1) ?? 0, statuses, text, json: jsonOf(body) };
}

function jsonOf(body: string): Record<string, unknown> | null {
  try {
    return JSON.parse(Buffer.from(body, 'latin1').toString()) as Record<string, unknown>;
  } catch {
    return null;
  }
}
