import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { makeSource, sourceSecret, type TestSource } from '../support/factories.ts';
import { type Answer, expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { signedBytes } from '../support/signed-webhooks.ts';

const mebibyte = 1024 * 1024;
const bodyBytesMax = 2 * mebibyte;

let signalbox: TestSignalbox;
let source: TestSource;
beforeAll(async () => {
  signalbox = await runSignalbox({ settings: { WEBHOOK_BODY_BYTES_MAX: String(bodyBytesMax) } });
  source = await makeSource(signalbox.api, 'hmac');
}, 30_000);
afterAll(() => signalbox.stop());

const read = (path: string) => request(`${signalbox.url}${path}`, { apiKey: signalbox.apiKey });

/** Sends the bytes with their signature, in as many chunks as there are. */
function send(chunks: readonly Buffer[], contentType = 'application/json'): Promise<Answer> {
  const { headers, body } = signedBytes(sourceSecret, Buffer.concat(chunks));
  return request(`${signalbox.url}${source.hooksPath}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': contentType },
    body: chunks.length > 1 ? chunks : body,
  });
}

describe('the body of a webhook', () => {
  it.each<[string, Buffer[]]>([
    ['every possible byte', [Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))]],
    ['nothing', [Buffer.alloc(0)]],
    ['text that is not UTF-8', [Buffer.from('{"name":"caf\xe9"}', 'latin1')]],
    ['a byte order mark and line ends of all kinds', [Buffer.from('\ufeff{}\r\n\n\r')]],
    ['a number beyond doubles', [Buffer.from('{"id":12345678901234567890.10}')]],
    ['a megabyte of noise', [randomBytes(mebibyte)]],
    ['as much as is allowed', [randomBytes(bodyBytesMax)]],
    ['three chunks of unknown length', [randomBytes(70_000), randomBytes(1), randomBytes(9)]],
  ])('is kept byte for byte: %s', async (_what, chunks) => {
    const answer = await send(chunks);
    expect(answer.status).toBe(202);
    const { webhookId, eventId } = answer.json<{ webhookId: string; eventId: string }>();

    const kept = await read(`/v1/webhooks/${webhookId}/body`);
    expect(kept.bytes.equals(Buffer.concat(chunks))).toBe(true);
    const event = await signalbox.api.get<{ bodyBytes: number }>(`/v1/webhooks/${webhookId}`);
    expect(event).toMatchObject({ eventId, bodyBytes: kept.bytes.length });
  });

  it('comes back as a download with its own content type, so that no browser runs it', async () => {
    const answer = await send([Buffer.from('<script>alert(1)</script>')], 'text/html; charset=x');
    const { webhookId } = answer.json<{ webhookId: string }>();
    const { headers } = await read(`/v1/webhooks/${webhookId}/body`);
    expect(headers.get('content-type')).toBe('text/html; charset=x');
    expect(headers.get('content-disposition')).toBe('attachment');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('a body past the limit', () => {
  it('is refused when its length is known', async () => {
    const answer = await send([randomBytes(bodyBytesMax + 1)]);
    expect(answer.status).toBe(413);
    expectProblem(answer, 'http.body-too-large');
  });

  it('is refused while it still arrives', async () => {
    const { port, hostname } = new URL(signalbox.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    // Our side is still writing when the answer comes: the end of the connection is no fault.
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.write(
      `POST ${source.hooksPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let sentBytes = 0;
    while (!answer.includes('\r\n\r\n') && sentBytes < 20 * bodyBytesMax) {
      socket.write(`${chunk.length.toString(16)}\r\n`);
      socket.write(chunk);
      sentBytes += chunk.length;
      if (!socket.write('\r\n')) await Promise.race([once(socket, 'drain'), once(socket, 'data')]);
    }
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('http.body-too-large');
    expect(sentBytes).toBeLessThan(4 * bodyBytesMax);
    await closed;
  });

  it('leaves nothing behind', async () => {
    const { items } = await signalbox.api.get<{ items: { bodyBytes: number }[] }>(
      '/v1/webhooks?limit=200',
    );
    expect(items.filter(({ bodyBytes }) => bodyBytes > bodyBytesMax)).toEqual([]);
  });
});
