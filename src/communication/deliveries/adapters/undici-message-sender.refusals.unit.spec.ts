import { createServer as createSecureServer } from 'node:https';
import { createServer, type Socket } from 'node:net';
import {
  cleanUp,
  cleanups,
  messageTo as message,
  portOf,
  senderOf,
} from '../../../../test/support/message-senders.ts';
import type { ResolveAll } from './guarded-lookup.js';

afterEach(cleanUp);

/** A server below HTTP: it answers every connection with what the test does to the socket. */
const tcpSink = async (onConnection: (socket: Socket) => void) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  cleanups.push(
    () => server.close(),
    () => sockets.forEach((socket) => socket.destroy()),
  );
  return portOf(server);
};

const resolvesTo =
  (...addresses: string[]): ResolveAll =>
  (_hostname, _options, callback) => {
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    process.nextTick(callback, null, found);
  };

describe('a message whose connection fails', () => {
  const closedPort = async () => {
    const server = createServer();
    const port = await portOf(server);
    await new Promise((resolve) => server.close(resolve));
    return port;
  };

  it('fails at the stage connect when the port is closed', async () => {
    const outcome = await senderOf().send(message(`http://127.0.0.1:${await closedPort()}/`));
    expect(outcome).toMatchObject({ stage: 'connect', message: /ECONNREFUSED/ });
  });

  it('fails at the stage connect when none comes about in time', async () => {
    const sender = senderOf({ connectTimeoutMs: 50, resolveAll: () => undefined });
    const outcome = await sender.send(message('http://silent.example/'));
    expect(outcome).toMatchObject({ stage: 'connect', message: /Connect Timeout/ });
  });

  it('fails at the stage connect when every address of its name refuses', async () => {
    const sender = senderOf({ resolveAll: resolvesTo('127.0.0.1', '127.0.0.2') });
    const outcome = await sender.send(message(`https://two.example:${await closedPort()}/`));
    expect(outcome).toMatchObject({ stage: 'connect', message: /ECONNREFUSED/ });
  });

  it('fails at the stage tls when the server speaks no TLS', async () => {
    const port = await tcpSink((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const outcome = await senderOf().send(message(`https://127.0.0.1:${port}/`));
    expect(outcome).toMatchObject({ kind: 'failed', stage: 'tls' });
  });

  it('fails at the stage tls when the server has no certificate', async () => {
    const server = createSecureServer();
    cleanups.push(() => server.close());
    const outcome = await senderOf().send(message(`https://127.0.0.1:${await portOf(server)}/`));
    expect(outcome).toMatchObject({ kind: 'failed', stage: 'tls' });
  });

  it('fails at the stage dns when its name does not exist', async () => {
    const resolveAll: ResolveAll = (hostname, _options, callback) =>
      process.nextTick(callback, new Error(`getaddrinfo ENOTFOUND ${hostname}`), []);
    const outcome = await senderOf({ resolveAll }).send(message('https://nowhere.example/'));
    expect(outcome).toMatchObject({
      stage: 'dns',
      message: 'getaddrinfo ENOTFOUND nowhere.example',
    });
  });

  it.each([
    ['before it', ''],
    ['within its head', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['within its body', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'],
  ])('is broken when the receiver resets the connection %s', async (_where, start) => {
    const port = await tcpSink((socket) => {
      socket.once('data', () => socket.write(start, () => socket.resetAndDestroy()));
    });
    const outcome = await senderOf().send(message(`http://127.0.0.1:${port}/`));
    expect(outcome).toMatchObject({ kind: 'failed', stage: 'answer-broken' });
  });

  it('is broken when the answer is not HTTP', async () => {
    const port = await tcpSink((socket) => {
      socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    });
    const outcome = await senderOf().send(message(`http://127.0.0.1:${port}/`));
    expect(outcome).toMatchObject({ stage: 'answer-broken' });
  });

  it('reaches the next try over a new connection', async () => {
    let connections = 0;
    const port = await tcpSink((socket) => {
      connections += 1;
      const isFirst = connections === 1;
      socket.once('data', () =>
        isFirst ? socket.destroy() : socket.end('HTTP/1.1 204 No Content\r\n\r\n'),
      );
    });
    const sender = senderOf();
    expect(await sender.send(message(`http://127.0.0.1:${port}/`))).toMatchObject({
      stage: 'answer-broken',
    });
    expect(await sender.send(message(`http://127.0.0.1:${port}/`))).toMatchObject({ status: 204 });
  });
});

describe('a message to an address of our own network', () => {
  it.each([
    'http://127.0.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://0:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'https://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data',
  ])('is not sent to %s', async (template) => {
    let connections = 0;
    const port = await tcpSink(() => (connections += 1));
    const url = template.replace('PORT', String(port));
    const outcome = await senderOf({ allowedRanges: [] }).send(message(url));
    expect(outcome).toMatchObject({ kind: 'failed', stage: 'address-refused' });
    expect(connections).toBe(0);
  });

  it.each([
    ['loopback', ['127.0.0.1']],
    ['a public and a private address', ['93.184.215.14', '127.0.0.1']],
    ['a mapped address', ['::ffff:127.0.0.1']],
  ])('is not sent to a name that resolves to %s', async (_what, addresses) => {
    let connections = 0;
    const port = await tcpSink(() => (connections += 1));
    const sender = senderOf({ allowedRanges: [], resolveAll: resolvesTo(...addresses) });
    for (const protocol of ['http', 'https']) {
      const outcome = await sender.send(message(`${protocol}://hooks.example:${port}/`));
      expect(outcome).toMatchObject({ stage: 'address-refused', message: /the name resolves to/ });
    }
    expect(connections).toBe(0);
  });

  it('is not sent to the name localhost, resolved by the system', async () => {
    const outcome = await senderOf({ allowedRanges: [] }).send(message('http://localhost/'));
    expect(outcome).toMatchObject({ stage: 'address-refused' });
  });

  it('goes to the address that was judged, although its name changes afterwards', async () => {
    const port = await tcpSink((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    });
    let asked = 0;
    const resolveAll: ResolveAll = (_hostname, _options, callback) => {
      asked += 1;
      const address = asked === 1 ? '127.0.0.1' : '10.0.0.1';
      process.nextTick(callback, null, [{ address, family: 4 }]);
    };
    const sender = senderOf({ resolveAll });
    const outcome = await sender.send(message(`http://rebind.example:${port}/`));
    expect(outcome).toMatchObject({ status: 200 });
    expect(asked).toBe(1);
  });
});
