import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { type HttpApp, jsonOf } from '../../../test/support/http-app.js';
import {
  exchange,
  hookBytesMax,
  jsonType,
  postTo,
  problemOf,
  startEdge,
} from '../../../test/support/http-edge.js';

describe('what the HTTP edge takes in', () => {
  let http: HttpApp;
  beforeAll(async () => {
    http = await startEdge();
  });
  afterAll(() => http.close());

  describe('bodies', () => {
    it.each([
      ['application/json', '{broken'],
      ['application/x-www-form-urlencoded', 'a=1'],
      ['not a media type', 'text'],
      ['application/json;', '{}'],
      ['text/plain; charset=latin1', 'x'],
    ])('of webhooks come as their exact bytes, as %s', async (contentType, body) => {
      const answer = await jsonOf(
        await postTo(http, '/hooks/abc', body, { 'content-type': contentType }),
      );
      expect(answer).toEqual({ bytes: Buffer.from(body).toString('hex'), contentType });
    });

    it('of webhooks may be binary, empty, and without a type', async () => {
      const bytes = Buffer.from([0xff, 0x00, 0xfe]);
      const binary = await exchange(
        http,
        `POST /hooks/abc HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi`,
      );
      expect(binary).toContain(`{"bytes":"6869","contentType":null}`);
      expect((await jsonOf(await postTo(http, '/hooks/abc', bytes))).bytes).toBe('ff00fe');
      expect((await jsonOf(await postTo(http, '/hooks/abc', ''))).bytes).toBe('');
    });

    it('of events are raw too, whatever their type', async () => {
      const answer = await postTo(http, '/v1/events', '[{]', {
        'content-type': 'application/x-thing',
      });
      expect(await jsonOf(answer)).toEqual({ bytes: 3 });
    });

    it('of the API are JSON in any of its media types', async () => {
      for (const type of ['application/json; charset=utf-8', 'application/merge-patch+json']) {
        const answer = await postTo(http, '/v1/notes', '{"text":"é"}', { 'content-type': type });
        expect((await jsonOf(answer)).body).toEqual({ text: 'é' });
      }
    });

    it('of other types are refused with 415 by the API', async () => {
      const problem = await problemOf(
        await postTo(http, '/v1/notes', 'a=1', { 'content-type': 'text/x' }),
      );
      expect(problem).toMatchObject({ code: 'http.unsupported-media-type', status: 415 });
      expect((await problemOf(await postTo(http, '/v1/notes', 'a=1'))).status).toBe(415);
      const invalid = await postTo(http, '/v1/notes', 'a=1', { 'content-type': 'nothing' });
      expect((await problemOf(invalid)).status).toBe(415);
    });

    it.each(['{"a":', 'nope', '{"__proto__":{"admin":true}}', '{"\\u005f_proto__":1}'])(
      'that are no good JSON are refused: %s',
      async (body) => {
        const problem = await problemOf(await postTo(http, '/v1/anything', body, jsonType));
        expect(problem).toMatchObject({ code: 'http.malformed-json', status: 400 });
      },
    );

    it('may be absent where the schema allows it', async () => {
      expect(await jsonOf(await postTo(http, '/v1/anything', '', jsonType))).toEqual({});
    });

    it('that break the schema are refused with the path of every field', async () => {
      const problem = await problemOf(
        await postTo(http, '/v1/notes', '{"tags":["a",1],"more":1}', jsonType),
      );
      expect(problem).toMatchObject({ code: 'http.invalid-request', status: 400 });
      expect(problem.fields.map(({ path }: { path: string }) => path)).toEqual([
        'text',
        'tags.1',
        '',
      ]);
    });
  });

  describe('limits', () => {
    it('refuse a body by its declared length before it arrives', async () => {
      const answer = await exchange(
        http,
        `POST /hooks/abc HTTP/1.1\r\nhost: x\r\ncontent-length: ${hookBytesMax + 1}\r\n\r\nfirst bytes`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
      expect(answer).toContain('connection: close');
      expect(answer).toContain('"code":"http.body-too-large"');
    });

    it('refuse a body of unknown length while its sender is still sending', async () => {
      const sender = httpRequest({ port: http.port, path: '/hooks/abc', method: 'POST' });
      const answered = once(sender, 'response');
      for (let sent = 0; sent <= hookBytesMax; sent += 512) sender.write(Buffer.alloc(512));
      const [response] = await answered;
      expect(response.statusCode).toBe(413);
      expect(sender.writableEnded).toBe(false);
      response.resume();
      await once(response, 'close');
      sender.destroy();
    });

    it('let a fast sender of far too much read why it was refused', async () => {
      const response = await postTo(http, '/hooks/abc', Buffer.alloc(20_000_000));
      expect((await problemOf(response)).code).toBe('http.body-too-large');
    });

    it('do not invite a body that is too large', async () => {
      const head = `POST /hooks/abc HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\nconnection: close\r\n`;
      const refused = await exchange(http, `${head}content-length: 99999999\r\n\r\n`);
      expect(refused).toMatch(/^HTTP\/1.1 413 /);
      const invited = await exchange(http, `${head}content-length: 2\r\n\r\nhi`);
      expect(invited).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 201 /);
    });

    it('differ between webhooks and the API', async () => {
      const body = `{"text":"${'x'.repeat(3_000)}"}`;
      expect((await postTo(http, '/hooks/abc', body)).status).toBe(201);
      expect((await problemOf(await postTo(http, '/v1/notes', body, jsonType))).status).toBe(413);
    });

    it('refuse too many, and too large, headers with 431', async () => {
      const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`x-${n}`, 'y']));
      const response = await fetch(`${http.url}/v1/notes/1`, { headers: many });
      expect((await problemOf(response)).code).toBe('http.headers-too-large');
      const large = await exchange(http, `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
      expect(large).toMatch(/^HTTP\/1.1 431 /);
      expect(large).toContain('"code":"http.headers-too-large"');
    });

    it('refuse a path with an endless part', async () => {
      const response = await fetch(`${http.url}/v1/notes/${'x'.repeat(300)}`);
      expect((await problemOf(response)).code).toBe('http.uri-too-long');
    });
  });
});
