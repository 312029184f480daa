import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom } from '../support/seeded-random.ts';

/** What a sink saw that knows in which order each key must come. */
export interface OrderedSink {
  readonly url: string;
  /** Events up to the newest of each key that was accepted. */
  readonly accepted: number;
  /** Accepted ones that came again, since a process died before it wrote that down. */
  readonly repeated: number;
  /** Arrivals that were not the next one of their key, nor the last one again. */
  readonly inversions: number;
  close(): void;
}

/**
 * Takes events with `{ key, number }`, refuses a share of them, and checks that every arrival is
 * the next of its key. Keeps one number a key, so a million events cost nothing.
 */
export async function startOrderedSink(refusedShare: number, seed: number): Promise<OrderedSink> {
  const random = seededRandom(seed);
  const last = new Map<string, number>();
  const seen = { accepted: 0, repeated: 0, inversions: 0 };
  const judge = (key: string, number: number): number => {
    const before = last.get(key) ?? -1;
    if (number !== before + 1 && number !== before) seen.inversions++;
    if (random() < refusedShare) return 503;
    if (number > before) {
      last.set(key, number);
      seen.accepted += number - before;
    } else seen.repeated++;
    return 200;
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { data } = JSON.parse(Buffer.concat(chunks).toString()) as {
        data: { key: string; number: number };
      };
      response.statusCode = judge(data.key, data.number);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(seen, {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
}
