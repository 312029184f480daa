import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A server that answers as another one does, but for one thing. */
export interface SpoilingProxy {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a server in front of the program: a fault of the provider, planted.
 *
 * @param spoil makes of each answer's body what the client gets
 */
export async function startSpoilingProxy(
  target: string,
  spoil: (body: string) => string,
): Promise<SpoilingProxy> {
  const server = createServer((request, response) => {
    void buffer(request).then(async (body) => {
      const { method = 'GET', url = '/', headers } = request;
      const forwarded = Object.entries(headers)
        .filter(([name]) => name.startsWith('x-') || name === 'content-type')
        .map(([name, value]) => [name, String(value)] as const);
      const answer = await fetch(new URL(url, target), {
        method,
        headers: Object.fromEntries(forwarded),
        ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
      });
      const contentType = answer.headers.get('content-type') ?? '';
      response.writeHead(answer.status, { 'content-type': contentType });
      response.end(spoil(await answer.text()));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
