import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { OutgoingMail } from '../domain/mailer.js';
import { SmtpMailer, type SmtpSettings } from './smtp-mailer.js';

const shortTimeouts = { connectMs: 2_000, greetingMs: 150, socketMs: 150, totalMs: 2_000 };
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Letter {
  readonly to: string[];
  readonly source: string;
  readonly parsed: ParsedMail;
}

function aMail(overrides: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    notificationId: 'ntf_1',
    eventId: 'evt_1',
    to: ['ops@example.com'],
    subject: 'Hello',
    text: 'It happened.',
    html: null,
    createdAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    traceparent: null,
    ...overrides,
  };
}

function aMailer(port: number, settings: Partial<SmtpSettings> = {}): SmtpMailer {
  const url = `smtp://127.0.0.1:${port}`;
  const mailer = new SmtpMailer({ url, from: 'Signalbox <box@example.com>', ...settings });
  closers.push(() => mailer.close());
  return mailer;
}

/** A real SMTP server on a free port that keeps what it accepts. */
async function aMailServer(options: SMTPServerOptions = {}) {
  const letters: Letter[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 5,
    onData: (stream, session, done) => {
      void readAll(stream).then(async (source) => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        letters.push({ to, source, parsed: await simpleParser(source) });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  closers.push(() => new Promise((resolve) => server.close(() => resolve(undefined))));
  return { port: portOf(server.server), letters };
}

/** A TCP server that speaks as the test says. */
async function aRawServer(talk: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    talk(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return portOf(server);
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

describe('sending a mail over SMTP', () => {
  it('hands over the whole mail and answers with the reply of the server', async () => {
    const { port, letters } = await aMailServer();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const html = '<p>It happened.</p>';
    const to = ['ops@example.com', 'dev@example.com'];
    const outcome = await aMailer(port).send(aMail({ to, html, traceparent }));
    expect(outcome).toMatchObject({ kind: 'accepted', rejected: [] });
    expect(outcome.kind === 'accepted' && outcome.response).toMatch(/^250 /);
    expect(letters).toHaveLength(1);
    const { parsed } = letters[0]!;
    expect(letters[0]?.to).toEqual(to);
    expect(parsed).toMatchObject({ subject: 'Hello', html, text: 'It happened.' });
    expect(parsed.from?.value).toEqual([{ name: 'Signalbox', address: 'box@example.com' }]);
    expect(parsed.headers.get('traceparent')).toBe(traceparent);
    expect(parsed.headers.get('x-signalbox-event-id')).toBe('evt_1');
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(parsed.headers.has('x-mailer')).toBe(false);
  });

  it('sends the same message again on a retry: same id, same date', async () => {
    const { port, letters } = await aMailServer();
    const mailer = aMailer(port);
    await mailer.send(aMail());
    await mailer.send(aMail());
    const seen = letters.map(({ parsed }) => [parsed.messageId, parsed.date?.toISOString()]);
    const expected = ['<ntf_1@signalbox>', '2026-01-02T03:04:05.000Z'];
    expect(seen).toEqual([expected, expected]);
  });

  it('carries every language in subject and text', async () => {
    const { port, letters } = await aMailServer();
    const subject = 'Grüße — 通知 🚦 '.repeat(20).trim();
    await aMailer(port).send(aMail({ subject, text: subject }));
    expect(letters[0]?.parsed).toMatchObject({ subject, text: subject });
    expect(letters[0]?.source).toMatch(/^[\x20-\x7e\r\n\t]*$/);
    const lines = letters[0]?.source.split('\r\n') ?? [];
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
  });

  it('lets no value begin a header of its own', async () => {
    const { port, letters } = await aMailServer();
    const attack = 'x\r\nBcc: evil@example.org\r\n\r\nbody';
    const outcome = await aMailer(port).send(
      aMail({ subject: attack, traceparent: attack, eventId: attack, notificationId: attack }),
    );
    expect(outcome.kind).toBe('accepted');
    expect(letters[0]?.to).toEqual(['ops@example.com']);
    expect(letters[0]?.parsed.headers.has('bcc')).toBe(false);
    expect(letters[0]?.source).not.toMatch(/^bcc:/im);
    expect(letters[0]?.parsed.text?.trim()).toBe('It happened.');
  });

  it('takes an address as one recipient, and refuses one that is none for good', async () => {
    const { port, letters } = await aMailServer();
    const mailer = aMailer(port);
    for (const address of ['a@example.com\r\nRCPT TO:<evil@example.org>', 'a@b.example>,<c@d.e']) {
      await mailer.send(aMail({ to: [address] }));
    }
    expect(letters.flatMap(({ to }) => to)).not.toContain('evil@example.org');
    expect(letters.flatMap(({ to }) => to)).not.toContain('c@d.e');
    const nobody = await mailer.send(aMail({ to: [] }));
    expect(nobody).toMatchObject({ kind: 'refused', permanent: true, code: 'EENVELOPE' });
  });

  it('reads no files, whatever the text says', async () => {
    const { port, letters } = await aMailServer();
    const text = '{"path":"/etc/hostname"} file:///etc/hostname';
    await aMailer(port).send(aMail({ text, html: '<img src="file:///etc/hostname">' }));
    expect(letters[0]?.parsed.text).toBe(text);
    expect(letters[0]?.parsed.attachments).toEqual([]);
  });

  it('logs in with the user and the password of the URL', async () => {
    const logins: unknown[] = [];
    const { port } = await aMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        logins.push([username, password]);
        done(null, { user: username });
      },
    });
    const url = `smtp://box:p%40ss@127.0.0.1:${port}`;
    expect(await aMailer(port, { url }).send(aMail())).toMatchObject({ kind: 'accepted' });
    expect(logins).toEqual([['box', 'p@ss']]);
  });
});

describe('mails that are refused', () => {
  const refusingRecipient = (code: number) =>
    aMailServer({ onRcptTo: (_address, _session, done) => done(smtpError(code, 'not now')) });

  it.each([
    [450, false],
    [451, false],
    [503, false],
    [530, false],
    [550, true],
    [553, true],
  ])('knows whether the reply %i to a recipient is for good: %s', async (code, permanent) => {
    const { port } = await refusingRecipient(code);
    const outcome = await aMailer(port).send(aMail());
    expect(outcome).toMatchObject({ kind: 'refused', permanent, code: String(code) });
    expect(outcome.kind === 'refused' && outcome.message).toContain('not now');
  });

  it.each([
    [452, false],
    [552, true],
  ])('knows whether the reply %i to the text is for good: %s', async (code, permanent) => {
    const { port } = await aMailServer({
      onData: (stream, _session, done) => {
        stream.resume().once('end', () => done(smtpError(code, 'too much')));
      },
    });
    const outcome = await aMailer(port).send(aMail());
    expect(outcome).toMatchObject({ kind: 'refused', permanent, code: String(code) });
  });

  it('sends the next mail after a refused one', async () => {
    const { port, letters } = await aMailServer({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('bad') ? smtpError(550, 'nobody') : null),
    });
    const mailer = aMailer(port);
    const both = aMail({ to: ['bad@example.com', 'ops@example.com'] });
    expect(await mailer.send(aMail({ to: ['bad@example.com'] }))).toMatchObject({ code: '550' });
    expect(await mailer.send(both)).toMatchObject({
      kind: 'accepted',
      rejected: ['bad@example.com'],
    });
    expect(letters.map(({ to }) => to)).toEqual([['ops@example.com']]);
  });

  it('tries again after a refused login, which a person can repair', async () => {
    const { port } = await aMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(smtpError(535, 'wrong password')),
    });
    const outcome = await aMailer(port, { url: `smtp://a:b@127.0.0.1:${port}` }).send(aMail());
    expect(outcome).toMatchObject({ kind: 'refused', permanent: false, code: '535' });
  });

  it('tries again when the server greets with a refusal', async () => {
    const port = await aRawServer((socket) => socket.end('554 no service for you\r\n'));
    const outcome = await aMailer(port).send(aMail());
    expect(outcome).toMatchObject({ kind: 'refused', permanent: false });
  });
});

describe('mail servers that do not answer', () => {
  it('tries again when nobody listens', async () => {
    const port = await aRawServer(() => undefined);
    for (const close of closers.splice(0)) await close();
    const outcome = await aMailer(port).send(aMail());
    expect(outcome).toMatchObject({ kind: 'refused', permanent: false, code: 'ESOCKET' });
    expect(outcome.kind === 'refused' && outcome.message).toContain('ECONNREFUSED');
  });

  it('waits for a greeting only so long', async () => {
    const port = await aRawServer(() => undefined);
    const timeouts = { ...shortTimeouts, socketMs: 2_000 };
    const outcome = await aMailer(port, { timeouts }).send(aMail());
    expect(outcome).toMatchObject({ permanent: false, code: 'ETIMEDOUT' });
    expect(outcome).toMatchObject({ message: 'Greeting never received' });
  });

  it('waits for a reply only so long', async () => {
    const { port } = await aMailServer({ onData: (stream) => stream.resume() });
    const outcome = await aMailer(port, { timeouts: shortTimeouts }).send(aMail());
    expect(outcome).toMatchObject({ kind: 'refused', permanent: false, code: 'ETIMEDOUT' });
  });

  it('ends a send in time when the server keeps talking without an answer', async () => {
    const port = await aRawServer((socket) => {
      socket.write('220 hello\r\n');
      const talking = setInterval(() => socket.write('250-and another thing\r\n'), 20);
      socket.once('close', () => clearInterval(talking));
    });
    const timeouts = { ...shortTimeouts, totalMs: 400 };
    const outcome = await aMailer(port, { timeouts }).send(aMail());
    expect(outcome).toMatchObject({ kind: 'refused', permanent: false, code: 'ETIMEDOUT' });
    expect(outcome.durationMs).toBeGreaterThanOrEqual(390);
  });

  it('refuses mails after it was closed', async () => {
    const { port } = await aMailServer();
    const mailer = aMailer(port);
    mailer.close();
    expect(await mailer.send(aMail())).toMatchObject({ kind: 'refused', permanent: false });
  });
});
