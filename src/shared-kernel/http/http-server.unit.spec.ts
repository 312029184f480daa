import { once } from 'node:events';
import { connect } from 'node:net';
import { type HttpApp, jsonOf } from '../../../test/support/http-app.js';
import {
  exchange,
  jsonType,
  messageNamed,
  postTo,
  problemOf,
  startEdge,
} from '../../../test/support/http-edge.js';
import { messageOf } from './raw-request.js';

describe('what the HTTP edge tells', () => {
  let http: HttpApp;
  beforeAll(async () => {
    http = await startEdge();
  });
  afterAll(() => http.close());

  describe('problems', () => {
    it('answer bytes that are no request', async () => {
      const answer = await exchange(http, 'HELLO\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
      expect(answer).toContain('content-type: application/problem+json');
      expect(answer).toContain('"code":"http.malformed-request"');
      expect(
        await exchange(http, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n'),
      ).toContain('http.malformed-request');
    });

    it('answer a path that cannot be decoded', async () => {
      expect((await problemOf(await fetch(`${http.url}/v1/%zz`))).status).toBe(400);
    });

    it('answer an unknown path with 404, whatever the body', async () => {
      for (const body of ['{broken', '']) {
        const problem = await problemOf(await postTo(http, '/nowhere?x=1', body, jsonType));
        expect(problem).toMatchObject({ code: 'http.not-found', status: 404 });
      }
      await messageNamed(http, 'POST unmatched');
    });

    it('answer a wrong method with 405 and the methods there are', async () => {
      const response = await fetch(`${http.url}/v1/notes/7`, { method: 'DELETE' });
      expect((await problemOf(response)).code).toBe('http.method-not-allowed');
      expect(response.headers.get('allow')).toBe('GET, HEAD');
    });

    it('say nothing about a bug, and tell the pipeline everything', async () => {
      const problem = await problemOf(await fetch(`${http.url}/v1/notes/bug`));
      expect(problem).toMatchObject({ code: 'http.internal', status: 500 });
      expect(JSON.stringify(problem)).not.toContain('password');
      const message = await messageNamed(http, 'GET /v1/notes/:id');
      expect(message.failure).toMatchObject({ message: 'the password is 123' });
      expect(message.status).toBe(500);
    });

    it('keep catalogued errors with their code and Retry-After', async () => {
      const response = await fetch(`${http.url}/v1/notes/busy`);
      expect(response.headers.get('retry-after')).toBe('5');
      expect((await problemOf(response)).code).toBe('storage.unavailable');
    });

    it('put errors of Nest into the catalogue', async () => {
      const teapot = await problemOf(await fetch(`${http.url}/v1/notes/teapot`));
      expect(teapot.code).toBe('http.malformed-request');
      const gone = await fetch(`${http.url}/v1/notes/gone`);
      expect(gone.headers.get('retry-after')).toBe('1');
      expect((await problemOf(gone)).code).toBe('http.unavailable');
    });
  });

  describe('messages', () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

    it('continue the trace and the correlation that the sender names', async () => {
      const response = await postTo(http, '/v1/notes', '{"text":"a"}', {
        ...jsonType,
        traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
        'x-correlation-id': 'order-7',
      });
      const { context } = await jsonOf(response);
      expect(context).toMatchObject({ traceId, correlationId: 'order-7' });
      expect(response.headers.get('traceparent')).toMatch(
        new RegExp(`^00-${traceId}-${context.spanId}-`),
      );
    });

    it('begin a trace of their own when the headers are no good', async () => {
      const response = await postTo(http, '/v1/notes', '{"text":"a"}', {
        ...jsonType,
        traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
        'x-correlation-id': 'spaces and\ttabs',
      });
      const { context } = await jsonOf(response);
      expect(context.traceId).not.toBe('0'.repeat(32));
      expect(context.correlationId).toBe(context.traceId);
    });

    it('know route, status and size, and never the secret part of an address', async () => {
      await postTo(http, '/hooks/very-secret-token?x=1', 'hello');
      const message = await messageNamed(http, 'POST /hooks/:token');
      expect(message).toMatchObject({
        kind: 'http',
        status: 201,
        facts: {
          'http.request.method': 'POST',
          'http.response.status_code': 201,
          'url.path': '/hooks/:token',
        },
      });
      expect(JSON.stringify(http.messages)).not.toContain('very-secret-token');
      expect(http.logLines.join('')).not.toContain('very-secret-token');
    });

    it('leave the query out of the path', async () => {
      await fetch(`${http.url}/v1/notes/9?key=value`);
      const message = await messageNamed(http, 'GET /v1/notes/:id');
      expect(message.facts['url.path']).toBe('/v1/notes/9');
      expect(message.facts['http.request.body.bytes']).toBeUndefined();
    });

    it('end with 499 when the client goes away', async () => {
      const abort = new AbortController();
      const request = fetch(`${http.url}/v1/slow`, { signal: abort.signal }).catch(() => 'gone');
      const active = async () =>
        /^http_server_active_requests(?:\{\})? 1$/m.test((await http.meter.expose()).body);
      while (!(await active())) await new Promise((resolve) => setImmediate(resolve));
      abort.abort();
      expect(await request).toBe('gone');
      expect((await messageNamed(http, 'GET /v1/slow')).status).toBe(499);
    });

    it('name a body that is broken off as the fault of its sender', async () => {
      const cut = 'POST /hooks/a HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc';
      const socket = connect(http.port, '127.0.0.1');
      socket.end(cut);
      await once(socket.resume(), 'close');
      const { failure, status } = await broken(http);
      expect(status).toBe(499);
      expect(failure).toMatchObject({ code: 'http.malformed-request' });
    });

    it('are absent for a request that did not come through the server', async () => {
      const inner = await http.app.inject({ method: 'POST', url: '/hooks/a', payload: 'x' });
      expect(inner.statusCode).toBe(201);
      const wrong = await http.app.inject({ method: 'GET', url: '/v1/notes/busy' });
      expect(wrong.json().traceId).toBeUndefined();
      const raw = { raw: connect(http.port) };
      raw.raw.destroy();
      expect(messageOf(raw as never)).toBeUndefined();
    });
  });
});

/** The request that did not come to its end, once it is over. */
async function broken(http: HttpApp) {
  for (;;) {
    const found = http.messages.find(
      ({ name, status }) => name === 'POST /hooks/:token' && status === 499,
    );
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
