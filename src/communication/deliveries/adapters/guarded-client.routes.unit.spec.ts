import { once } from 'node:events';
import { createServer as createProxyServer } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  cleanUp,
  cleanups,
  httpSink,
  messageTo,
  portOf,
  senderOf,
} from '../../../../test/support/message-senders.ts';
import { TestAuthority } from '../../../../test/support/test-certificates.ts';
import type { EndpointTls } from '../domain/endpoint-tls.js';
import type { ResolveAll } from './guarded-lookup.js';

afterEach(cleanUp);

const authority = new TestAuthority();
const server = authority.issue({ name: 'sink', addresses: ['127.0.0.1'], hosts: ['sink.example'] });
const tlsWith = (overrides: Partial<EndpointTls> = {}) => ({
  tls: {
    ca: authority.certificate,
    clientCertificate: null,
    clientKey: null,
    minVersion: 'TLSv1.2' as const,
    ...overrides,
  },
  proxy: null,
});

/** A receiver behind TLS that keeps who called it, and counts its connections. */
const secureSink = async (options: ServerOptions = {}) => {
  const callers: unknown[] = [];
  const sockets = new Set<Socket>();
  const sink = createServer(
    { cert: server.certificate, key: server.key, ...options },
    (request, response) => {
      // Without a certificate the object is empty, whatever its type says.
      const caller: object = (request.socket as TLSSocket).getPeerCertificate();
      callers.push('subject' in caller ? Object(caller.subject).CN : undefined);
      sockets.add(request.socket);
      request.resume().on('end', () => response.end('ok'));
    },
  );
  cleanups.push(
    () => sink.close(),
    () => sink.closeAllConnections(),
  );
  return { url: `https://127.0.0.1:${await portOf(sink)}/hook`, callers, sockets };
};

describe('an endpoint with its own authority', () => {
  it('is reached through it, and only through it', async () => {
    const { url } = await secureSink();
    const sender = senderOf();
    expect(await sender.send(messageTo(url, { route: tlsWith() }))).toMatchObject({ status: 200 });
    expect(await sender.send(messageTo(url))).toMatchObject({ stage: 'tls' });
    const stranger = new TestAuthority('Stranger').certificate;
    const distrusted = messageTo(url, { route: tlsWith({ ca: stranger }) });
    expect(await sender.send(distrusted)).toMatchObject({ stage: 'tls' });
  });

  it('is not reached under a name that its certificate does not have', async () => {
    const { url } = await secureSink();
    const resolveAll: ResolveAll = (_name, _options, callback) =>
      process.nextTick(callback, null, [{ address: '127.0.0.1', family: 4 }]);
    const sender = senderOf({ resolveAll });
    const named = (host: string) =>
      sender.send(messageTo(url.replace('127.0.0.1', host), { route: tlsWith() }));
    expect(await named('sink.example')).toMatchObject({ status: 200 });
    expect(await named('other.example')).toMatchObject({ stage: 'tls' });
  });

  it('is not reached when it speaks an older version than asked for', async () => {
    const { url } = await secureSink({ maxVersion: 'TLSv1.2' });
    const sender = senderOf();
    const newest = messageTo(url, { route: tlsWith({ minVersion: 'TLSv1.3' }) });
    expect(await sender.send(newest)).toMatchObject({ kind: 'failed', stage: 'tls' });
    expect(await sender.send(messageTo(url, { route: tlsWith() }))).toMatchObject({ status: 200 });
  });
});

describe('an endpoint with a client certificate', () => {
  const routeOf = (name: string) => {
    const { certificate, key } = authority.issue({ name });
    return tlsWith({ clientCertificate: certificate, clientKey: key });
  };

  it('knows who calls, and nobody calls over the connection of another', async () => {
    const { url, callers, sockets } = await secureSink({
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const sender = senderOf();
    const [alice, bob] = [routeOf('alice'), routeOf('bob')];
    for (const route of [alice, bob, alice, bob]) {
      expect(await sender.send(messageTo(url, { route }))).toMatchObject({ status: 200 });
    }
    expect(callers).toEqual(['alice', 'bob', 'alice', 'bob']);
    expect(sockets.size).toBe(2);
    const anonymous = await sender.send(messageTo(url, { route: tlsWith() }));
    expect(anonymous).toMatchObject({ kind: 'failed' });
  });
});

describe('connections', () => {
  const thousand = Array.from({ length: 1_000 }, (_, index) => index);

  it.each(['http', 'https'])('of %s are few for a thousand messages', async (scheme) => {
    const plainSockets = new Set<Socket>();
    const plain = () =>
      httpSink((request, response) => {
        plainSockets.add(request.socket);
        request.resume().on('end', () => response.end());
      });
    const secure = await secureSink();
    const url = scheme === 'http' ? await plain() : secure.url;
    const route = scheme === 'http' ? null : tlsWith();
    const sender = senderOf({ connectionsPerOriginMax: 4 });
    const outcomes = await Promise.all(thousand.map(() => sender.send(messageTo(url, { route }))));
    const answered = outcomes.filter((outcome) => outcome.kind === 'answered');
    expect(answered).toHaveLength(1_000);
    expect((scheme === 'http' ? plainSockets : secure.sockets).size).toBe(4);
  });

  it('are not shared by two names of the same machine', async () => {
    const hosts = new Map<Socket, Set<string | undefined>>();
    const url = await httpSink((request, response) => {
      const seen = hosts.get(request.socket) ?? new Set();
      hosts.set(request.socket, seen.add(request.headers.host?.split(':')[0]));
      response.end();
    });
    const resolveAll: ResolveAll = (_name, _options, callback) =>
      process.nextTick(callback, null, [{ address: '127.0.0.1', family: 4 }]);
    const sender = senderOf({ resolveAll, connectionsPerOriginMax: 1 });
    for (const host of ['a.example', 'b.example', 'a.example', 'b.example']) {
      const answer = await sender.send(messageTo(url.replace('127.0.0.1', host)));
      expect(answer).toMatchObject({ status: 200 });
    }
    expect([...hosts.values()].map((seen) => [...seen])).toEqual([['a.example'], ['b.example']]);
  });
});

describe('a forward proxy', () => {
  const startProxy = async (status = 200) => {
    const asked: { target: string; credentials: string | undefined }[] = [];
    const open = new Set<Socket>();
    const proxy = createProxyServer();
    proxy.on('connect', (request, socket: Socket) => {
      const credentials = request.headers['proxy-authorization'];
      asked.push({ target: request.url ?? '', credentials });
      if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      const port = Number(request.url?.split(':')[1]);
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      for (const end of [socket, upstream]) {
        open.add(end);
        end.on('error', () => end.destroy());
      }
    });
    cleanups.push(
      () => proxy.close(),
      () => open.forEach((socket) => socket.destroy()),
    );
    const origin = `http://127.0.0.1:${await portOf(proxy)}`;
    const proxies = new Map([[origin, origin.replace('//', '//me:hush@')]]);
    return { origin, proxies, asked };
  };

  it('carries messages by CONNECT, with the credentials of the operator', async () => {
    const { origin, proxies, asked } = await startProxy();
    const url = await httpSink((_request, response) => response.end('ok'));
    const sender = senderOf({ proxies, connectionsPerOriginMax: 1 });
    const message = messageTo(url, { route: { tls: null, proxy: origin } });
    expect(await sender.send(message)).toMatchObject({ status: 200, bodyStart: 'ok' });
    expect(await sender.send(message)).toMatchObject({ status: 200 });
    const credentials = `Basic ${Buffer.from('me:hush').toString('base64')}`;
    expect(asked).toEqual([{ target: new URL(url).host, credentials }]);
  });

  it('sees nothing of a message behind TLS, whose certificate is still checked', async () => {
    const { origin, proxies } = await startProxy();
    const { url } = await secureSink();
    const sender = senderOf({ proxies });
    const trusted = { ...tlsWith(), proxy: origin };
    expect(await sender.send(messageTo(url, { route: trusted }))).toMatchObject({ status: 200 });
    const distrusted = { tls: null, proxy: origin };
    expect(await sender.send(messageTo(url, { route: distrusted }))).toMatchObject({
      stage: 'tls',
    });
  });

  it('is not asked for an address that is refused', async () => {
    const { origin, proxies, asked } = await startProxy();
    const sender = senderOf({ proxies, allowedRanges: [] });
    for (const url of ['http://169.254.169.254/', 'http://[::ffff:10.0.0.1]/']) {
      const message = messageTo(url, { route: { tls: null, proxy: origin } });
      expect(await sender.send(message)).toMatchObject({ stage: 'address-refused' });
    }
    expect(asked).toEqual([]);
  });

  it('fails at the stage connect when it refuses, or is no longer allowed', async () => {
    const { origin, proxies } = await startProxy(403);
    const message = messageTo('https://example.com/', { route: { tls: null, proxy: origin } });
    expect(await senderOf({ proxies }).send(message)).toMatchObject({
      stage: 'connect',
      message: /403/,
    });
    expect(await senderOf().send(message)).toMatchObject({
      stage: 'connect',
      message: /no longer allows/,
    });
  });
});

it('a route that nobody used for long closes its connections when too many others came', async () => {
  const sockets: Socket[] = [];
  const url = await httpSink((request, response) => {
    sockets.push(request.socket);
    response.end();
  });
  const sender = senderOf();
  const route = () => ({ ...tlsWith({ ca: `${authority.certificate}\n${sockets.length}` }) });
  expect(await sender.send(messageTo(url, { route: route() }))).toMatchObject({ status: 200 });
  const [first] = sockets;
  const closed = once(first!, 'close');
  for (let count = 0; count < 500; count += 1) {
    await sender.send(messageTo(url, { route: route() }));
  }
  await closed;
  expect(sockets.at(-1)?.destroyed).toBe(false);
});
