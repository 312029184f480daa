import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that the sink took. */
export interface TakenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly takenAtMs: number;
}

/** A local HTTP server that keeps what it is sent: somebody's webhook receiver. */
export interface HttpSink {
  readonly url: string;
  readonly taken: readonly TakenRequest[];
  close(): Promise<void>;
}

/**
 * Starts a sink on a free port.
 *
 * @param answer status of each answer; 200 by default
 */
export async function startHttpSink(
  answer: (request: TakenRequest, index: number) => number = () => 200,
): Promise<HttpSink> {
  const taken: TakenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      const { headers, url: path = '/' } = request;
      const one: TakenRequest = { path, headers, body, takenAtMs: Date.now() };
      const index = taken.push(one) - 1;
      response.statusCode = answer(one, index);
      response.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
