import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  cleanUp,
  cleanups,
  httpSink,
  messageTo,
  senderOf,
} from '../../../../test/support/message-senders.ts';
import { checkEndpointUrl, parseAllowedRanges } from '../domain/address-guard.js';
import type { ResolveAll } from './guarded-lookup.js';

afterEach(cleanUp);

/** A service of our own network on every address of this machine; nobody may come in. */
const insideService = async () => {
  let connections = 0;
  const server = createServer((_request, response) => response.end('inside'));
  server.on('connection', () => (connections += 1));
  cleanups.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  server.listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, connections: () => connections };
};

/** Ways to write an address that leads to this machine or into a network like ours. */
const disguises = [
  '127.0.0.1',
  '127.0.0.1.',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '017700000001',
  '00000177.0x0.0.1',
  '127.0.0.1%2e',
  '%31%32%37.0.0.1',
  '127。0。0。1',
  '①②⑦.⓪.⓪.①',
  '１２７.0.0.1',
  '0.0.0.0',
  '0',
  '255.255.255.255',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '0xa9fea9fe',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '224.0.0.1',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::127.0.0.1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:7f00:0001]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::1]',
  '[2001:0:4136:e378:8000:63bf:80ff:fffe]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[2001:db8::1]',
];

describe('an address of our own network', () => {
  it.each(disguises)('is refused as %s when it is set, and when it is called', async (host) => {
    const inside = await insideService();
    const url = `http://${host}:${inside.port}/`;
    expect(() => checkEndpointUrl(url, [])).toThrow(
      expect.objectContaining({ code: 'deliveries.endpoint-url-refused' }),
    );
    const outcome = await senderOf({ allowedRanges: [] }).send(messageTo(url));
    expect(outcome).toMatchObject({ kind: 'failed', stage: 'address-refused' });
    expect(inside.connections()).toBe(0);
  });

  it.each(['127.0.0.1', '2130706433', '0x7f.1', '127.0.0.1.', '[::ffff:127.0.0.1]', '①②⑦.1'])(
    'would be reached as %s if the operator allowed it, so the refusals prove something',
    async (host) => {
      const inside = await insideService();
      const allowedRanges = parseAllowedRanges('127.0.0.0/8,::ffff:0:0/96');
      const url = `http://${host}:${inside.port}/`;
      const outcome = await senderOf({ allowedRanges }).send(messageTo(url));
      expect(outcome).toMatchObject({ status: 200, bodyStart: 'inside' });
    },
  );

  it.each(['localhost', 'LOCALHOST', 'localhost.', 'x@localhost', 'x:y@127.0.0.1'])(
    'is refused as %s, which the resolver of this machine knows',
    async (authority) => {
      const inside = await insideService();
      const outcome = await senderOf({ allowedRanges: [] }).send(
        messageTo(`http://${authority}:${inside.port}/`),
      );
      expect(outcome).toMatchObject({ kind: 'failed' });
      expect(inside.connections()).toBe(0);
    },
  );

  it.each([
    'http://[fe80::1%25eth0]/',
    'http://[fe80::1%eth0]/',
    'http://[::1',
    'http://1.2.3.4.5/',
  ])('is no URL as %s', async (url) => {
    expect(() => checkEndpointUrl(url, [])).toThrow('is not a URL');
    expect(await senderOf().send(messageTo(url))).toMatchObject({ stage: 'address-refused' });
  });
});

describe('a name', () => {
  const resolver = (...answers: string[][]) => {
    const asked: string[] = [];
    const resolveAll: ResolveAll = (name, _options, callback) => {
      const answer = answers[Math.min(asked.push(name), answers.length) - 1] ?? [];
      const family = (address: string) => (address.includes(':') ? 6 : 4);
      const found = answer.map((address) => ({ address, family: family(address) }));
      process.nextTick(callback, null, found);
    };
    return { resolveAll, asked };
  };
  // The stand-ins for "public" and "inside": both are this machine, so that both would answer.
  const allowedRanges = parseAllowedRanges('127.0.0.1/32');

  it.each([
    ['a private address, as behind a CNAME', ['10.1.2.3']],
    ['a private address among public ones', ['93.184.215.14', '127.0.0.2']],
    ['a public address among private ones', ['127.0.0.2', '93.184.215.14']],
    ['a private address of version 6 among public ones', ['93.184.215.14', 'fd00::1']],
    ['a mapped private address', ['::ffff:127.0.0.2']],
  ])('that resolves to %s is refused before a connection', async (_what, answer) => {
    const inside = await insideService();
    const { resolveAll } = resolver(answer);
    const outcome = await senderOf({ allowedRanges, resolveAll }).send(
      messageTo(`http://rebind.example:${inside.port}/`),
    );
    expect(outcome).toMatchObject({ kind: 'failed', stage: 'address-refused' });
    expect(inside.connections()).toBe(0);
  });

  it('that changes its answer after it was judged gains nothing', async () => {
    const inside = await insideService();
    const { resolveAll, asked } = resolver(['127.0.0.1'], ['127.0.0.2']);
    const sender = senderOf({ allowedRanges, resolveAll, connectionsPerOriginMax: 1 });
    const message = messageTo(`http://rebind.example:${inside.port}/`);
    // The judged address is the one that is called: the resolver is asked once for a connection.
    expect(await sender.send(message)).toMatchObject({ status: 200 });
    expect(asked).toHaveLength(1);
    // A new connection asks again, and is judged again.
    const other = senderOf({ allowedRanges, resolveAll });
    expect(await other.send(message)).toMatchObject({ stage: 'address-refused' });
    expect(asked).toHaveLength(2);
    expect(inside.connections()).toBe(1);
  });

  it('written with other dots, letters or a dot behind it is resolved as what it is', async () => {
    const { resolveAll, asked } = resolver(['10.0.0.1']);
    const sender = senderOf({ allowedRanges: [], resolveAll });
    for (const host of ['bücher.example', 'EXAMPLE。com', 'ｅxample.com', 'example.com.']) {
      const url = checkEndpointUrl(`http://${host}/`, []);
      expect(await sender.send(messageTo(url))).toMatchObject({ stage: 'address-refused' });
    }
    expect(asked).toEqual(['xn--bcher-kva.example', 'example.com', 'example.com', 'example.com.']);
  });
});

describe('an answer', () => {
  it.each([301, 302, 303, 307, 308])('with the redirect %d is not followed', async (status) => {
    const inside = await insideService();
    const location = `http://127.0.0.1:${inside.port}/`;
    const url = await httpSink((_request, response) =>
      response.writeHead(status, { location }).end(),
    );
    expect(await senderOf().send(messageTo(url))).toMatchObject({ kind: 'answered', status });
    expect(inside.connections()).toBe(0);
  });

  it('that is a compressed bomb is never unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 1_048_576));
    const url = await httpSink((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const before = process.memoryUsage().rss;
    const outcome = await senderOf().send(messageTo(url));
    expect(outcome).toMatchObject({ status: 200 });
    expect(outcome.kind === 'answered' && outcome.bodyStart.length).toBeLessThanOrEqual(1_024);
    expect(process.memoryUsage().rss - before).toBeLessThan(16 * 1_048_576);
  });

  const raw =
    (write: (socket: import('node:net').Socket) => void): RequestListener =>
    (request) => {
      request.socket.on('error', () => undefined);
      write(request.socket);
    };

  it.each([
    ['one header that is too long', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`],
    ['too many headers', `HTTP/1.1 200 OK\r\n${'x: a\r\n'.repeat(20_000)}\r\n`],
  ])('with %s is broken off', async (_what, head) => {
    const url = await httpSink(raw((socket) => socket.write(head)));
    expect(await senderOf().send(messageTo(url))).toMatchObject({ stage: 'answer-broken' });
  });

  it('whose headers never end is broken off', async () => {
    const url = await httpSink(
      raw((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const flood = () => {
          while (!socket.destroyed && socket.write('x: aaaaaaaaaaaaaaaaaaaaaaaa\r\n')) continue;
        };
        socket.on('drain', flood);
        flood();
      }),
    );
    expect(await senderOf().send(messageTo(url))).toMatchObject({ stage: 'answer-broken' });
  });

  it('that says again and again that it comes ends with its time', async () => {
    const url = await httpSink(
      raw((socket) => {
        const hints = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 5);
        socket.on('close', () => clearInterval(hints));
      }),
    );
    const outcome = await senderOf().send(messageTo(url, { timeoutMs: 150 }));
    expect(outcome).toMatchObject({ kind: 'failed', stage: 'timeout' });
  });

  it('with headers that drip ends with its time', async () => {
    const url = await httpSink(
      raw((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const drip = setInterval(() => socket.write('x: a\r\n'), 10);
        socket.on('close', () => clearInterval(drip));
      }),
    );
    const outcome = await senderOf().send(messageTo(url, { timeoutMs: 150 }));
    expect(outcome).toMatchObject({ kind: 'failed', stage: 'timeout' });
  });
});
