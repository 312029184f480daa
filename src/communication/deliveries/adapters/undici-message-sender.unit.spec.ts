import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  cleanUp,
  httpSink,
  messageTo as message,
  senderOf,
} from '../../../../test/support/message-senders.ts';

afterEach(cleanUp);

describe('a message that is answered', () => {
  it('arrives as a POST with its path, headers and exact bytes', async () => {
    const seen: { line: string; headers: unknown; body: Buffer }[] = [];
    const url = await httpSink((request, response) => {
      const { method, url: path, headers } = request;
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({ line: `${method} ${path}`, headers, body: Buffer.concat(chunks) });
        response.end('thank you');
      });
    });
    const body = Uint8Array.of(0, 255, 123);
    const outcome = await senderOf().send(message(`${url}?tenant=a%20b`, { body }));
    expect(outcome).toMatchObject({
      kind: 'answered',
      status: 200,
      retryAfter: null,
      bodyStart: 'thank you',
    });
    expect(outcome.durationMs).toBeGreaterThanOrEqual(0);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ line: 'POST /hook?tenant=a%20b', body: Buffer.from(body) });
    expect(seen[0]?.headers).toMatchObject({ 'webhook-id': 'dlv_1', 'content-length': '3' });
  });

  it.each([204, 404, 410, 500])('has the status %d as its outcome', async (status) => {
    const url = await httpSink((_request, response) => response.writeHead(status).end());
    expect(await senderOf().send(message(url))).toMatchObject({ kind: 'answered', status });
  });

  it('tells what the receiver asks for with Retry-After', async () => {
    const url = await httpSink((_request, response) =>
      response.writeHead(503, { 'retry-after': '120' }).end(),
    );
    expect(await senderOf().send(message(url))).toMatchObject({ status: 503, retryAfter: '120' });
  });

  it('keeps the first of several Retry-After headers', async () => {
    const url = await httpSink((_request, response) =>
      response.writeHead(429, ['retry-after', '7', 'retry-after', '9']).end(),
    );
    expect(await senderOf().send(message(url))).toMatchObject({ status: 429, retryAfter: '7' });
  });

  it('is not sent on to where a redirect points', async () => {
    let reached = 0;
    const target = await httpSink((_request, response) => {
      reached += 1;
      response.end();
    });
    const url = await httpSink((_request, response) =>
      response.writeHead(307, { location: target }).end(),
    );
    expect(await senderOf().send(message(url))).toMatchObject({ status: 307 });
    expect(reached).toBe(0);
  });

  it('shows the first 1,024 bytes as text that any database can store', async () => {
    const url = await httpSink((_request, response) => {
      response.end(Buffer.concat([Buffer.from([0xff, 0]), Buffer.from('é'.repeat(600))]));
    });
    const outcome = await senderOf().send(message(url));
    expect(outcome).toMatchObject({ bodyStart: `\ufffd\ufffd${'é'.repeat(511)}` });
  });

  it('replaces half a character at the very end of a short answer', async () => {
    const url = await httpSink((_request, response) => response.end(Buffer.from([0x61, 0xc3])));
    expect(await senderOf().send(message(url))).toMatchObject({ bodyStart: 'a\ufffd' });
  });

  it('does not wait for the end of an answer that is too long', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const url = await httpSink((_request, response) => {
      closed = once(response, 'close');
      const flood = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x'))) continue;
      };
      response.on('drain', flood);
      flood();
    });
    const outcome = await senderOf().send(message(url));
    expect(outcome).toMatchObject({ kind: 'answered', status: 200, bodyStart: 'x'.repeat(1_024) });
    await closed;
  });

  it('may be preceded by interim answers', async () => {
    const url = await httpSink((_request, response) => {
      response.writeProcessing();
      response.writeHead(202).end();
    });
    expect(await senderOf().send(message(url))).toMatchObject({ status: 202 });
  });

  it('shares kept-alive connections with the others, up to the limit per origin', async () => {
    const sockets = new Set<Socket>();
    const url = await httpSink((request, response) => {
      sockets.add(request.socket);
      response.end();
    });
    const sender = senderOf({ connectionsPerOriginMax: 2 });
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => sender.send(message(url))));
    expect(outcomes.every((outcome) => outcome.kind === 'answered')).toBe(true);
    expect(sockets.size).toBeLessThanOrEqual(2);
  });
});

describe('a message that is not answered in time', () => {
  it('ends at the timeout when no answer begins, and leaves the connection', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const url = await httpSink((request) => {
      closed = once(request.socket, 'close');
    });
    const outcome = await senderOf().send(message(url, { timeoutMs: 120 }));
    expect(outcome).toMatchObject({
      kind: 'failed',
      stage: 'timeout',
      message: 'no answer began within 120 ms',
    });
    await closed;
  });

  it('ends at the timeout when the answer only drips', async () => {
    const url = await httpSink((_request, response) => {
      const drip = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(drip));
    });
    const outcome = await senderOf().send(message(url, { timeoutMs: 150 }));
    expect(outcome).toMatchObject({ stage: 'timeout', message: /did not end/ });
    expect(outcome.durationMs).toBeLessThan(2_000);
  });

  it('ends at its timeout while it waits for a connection, and is never sent later', async () => {
    const seen: unknown[] = [];
    const arrived = Promise.withResolvers<ServerResponse>();
    const url = await httpSink((request, response) => {
      seen.push(request.headers['webhook-id']);
      arrived.resolve(response);
    });
    const sender = senderOf({ connectionsPerOriginMax: 1 });
    const first = sender.send(message(url));
    const queued = { timeoutMs: 50, headers: { 'webhook-id': 'dlv_2' } };
    expect(await sender.send(message(url, queued))).toMatchObject({
      stage: 'timeout',
      message: /no connection was free/,
    });
    (await arrived.promise).end();
    expect(await first).toMatchObject({ status: 200 });
    await sender.close();
    expect(seen).toEqual(['dlv_1']);
  });
});

describe('a message that cannot be sent at all', () => {
  it.each(['nonsense', 'ftp://example.com/', 'unix:/tmp/socket'])(
    'fails when its URL is %s',
    async (url) => {
      expect(await senderOf().send(message(url))).toMatchObject({ stage: 'address-refused' });
    },
  );

  it('fails when a header cannot be written', async () => {
    const url = await httpSink((_request, response) => response.end());
    const outcome = await senderOf().send(message(url, { headers: { 'x-bad': 'a\r\nb: c' } }));
    expect(outcome).toMatchObject({ kind: 'failed', message: /invalid x-bad header/ });
  });

  it('fails when the sender is closed, while what was under way is answered', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    const url = await httpSink((_request, response) => arrived.resolve(response));
    const sender = senderOf();
    const underWay = sender.send(message(url));
    const closing = sender.close();
    expect(await sender.send(message(url))).toMatchObject({ kind: 'failed', stage: 'connect' });
    (await arrived.promise).end();
    expect(await underWay).toMatchObject({ status: 200 });
    await closing;
  });
});
