import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import {
  GuardedClient,
  type GuardedClientOptions,
} from '#communication/deliveries/adapters/guarded-client.js';
import { UndiciMessageSender } from '#communication/deliveries/adapters/undici-message-sender.js';
import { parseAllowedRanges } from '#communication/deliveries/domain/address-guard.js';
import type { OutgoingMessage } from '#communication/deliveries/domain/message-sender.js';

/** What a test opened, closed in the opposite order after each of them. */
export const cleanups: (() => unknown)[] = [];

export async function cleanUp(): Promise<void> {
  for (const undo of cleanups.splice(0).reverse()) await undo();
}

/** A client that may call this machine unless the test says otherwise. */
function clientOf(overrides: Partial<GuardedClientOptions> = {}): GuardedClient {
  const client = new GuardedClient({
    allowedRanges: parseAllowedRanges('127.0.0.0/8'),
    connectTimeoutMs: 1_000,
    answerBytesMax: 16_384,
    connectionsPerOriginMax: 4,
    proxies: new Map(),
    ...overrides,
  });
  cleanups.push(() => client.close());
  return client;
}

export function senderOf(overrides: Partial<GuardedClientOptions> = {}) {
  const client = clientOf(overrides);
  return Object.assign(new UndiciMessageSender(client, 'Signalbox/1.2.3'), {
    close: () => client.close(),
  });
}

export async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A web server of the test; the URL of its `/hook`. */
export async function httpSink(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  cleanups.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return `http://127.0.0.1:${await portOf(server)}/hook`;
}

export function messageTo(url: string, overrides: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    url,
    headers: { 'content-type': 'application/json', 'webhook-id': 'dlv_1' },
    body: Buffer.from('{"a":1}'),
    timeoutMs: 5_000,
    route: null,
    ...overrides,
  };
}
