import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { deliverTo, makeEndpoint, makeRule } from '../support/factories.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { codeBlocks } from './documents.ts';

const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function start(settings: Record<string, string> = {}): Promise<TestSignalbox> {
  const signalbox = await runSignalbox({ settings });
  cleanUp.push(() => signalbox.stop());
  return signalbox;
}

async function startSink(): Promise<HttpSink> {
  const sink = await startHttpSink();
  cleanUp.push(() => sink.close());
  return sink;
}

/** A port that is free now: the address of a source holds the port that the settings name. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

const run = promisify(execFile);

async function isThere(program: string): Promise<boolean> {
  return run(program, ['--help']).then(
    () => true,
    (error: unknown) => Object(error).code !== 'ENOENT',
  );
}

const tools = await Promise.all(['bash', 'curl', 'openssl', 'sed'].map(isThere));

(tools.every(Boolean) ? it : it.skip)(
  'the slice by hand of the README works as written',
  async () => {
    const signalbox = await start({ PORT: await freePort() });
    const sink = await startSink();
    const slice = codeBlocks('README.md', 'sh').find((block) => block.includes('api() {'))!;
    const script = slice.replace('http://127.0.0.1:4000', sink.url);
    expect(script).not.toBe(slice);
    const { url: URL, apiKey: KEY } = signalbox;
    const { stdout } = await run('bash', ['-e', '-o', 'pipefail', '-c', script], {
      env: { ...process.env, URL, KEY, SIGNALBOX_URL: URL },
    });
    expect(sink.taken.map(({ path }) => path)).toEqual(['/in']);
    expect(stdout).toMatch(/"kind":"webhook-received".*"kind":"rule-matched".*"kind":"delivery"/);
    expect(stdout).toMatch(/\ngithub\.push {2}evt_[0-9a-f]{32} .*\n├─ .* webhook whk_/);
    expect(stdout).toContain('try: answered 200');
  },
);

(tools.every(Boolean) ? it : it.skip)(
  'the guide to receiving works as written, command by command',
  async () => {
    const { url: URL, apiKey: KEY, api } = await start({ PORT: await freePort() });
    const script = codeBlocks('docs/guides/receive-webhooks.md', 'sh').join('\n');
    const { stdout } = await run('bash', ['-e', '-o', 'pipefail', '-c', script], {
      env: { ...process.env, URL, KEY },
    });
    // From GitHub, from Stripe, from the own program.
    expect(
      stdout.match(/"webhookId":"whk_\w+","eventId":"evt_\w+","duplicate":false/g),
    ).toHaveLength(3);
    expect(stdout.match(/"code":"webhooks.signature-mismatch"/g)).toHaveLength(3);
    const [first, , third] = stdout.split('\n').filter((line) => line.startsWith('{"checked"'));
    expect(JSON.parse(first ?? '')).toMatchObject({ changed: 3, differences: { verified: 3 } });
    expect(JSON.parse(third ?? '')).toMatchObject({ checked: 3, released: 3, rejected: 0 });
    expect(stdout).toContain('"lastUsedAt":"');
    const rule = /"matchedAfter":(\d+)/.exec(stdout)?.[1];
    expect(rule).toBe('4');
    const { items } = await api.get<{ items: { eventType: string }[] }>('/v1/webhooks');
    expect(items.map(({ eventType }) => eventType).sort()).toEqual([
      'github.push',
      ...Array.from({ length: 4 }, () => 'hmac.order.paid'),
      'stripe.invoice.paid',
    ]);
  },
);

/** The receiver of the guide, as somebody would copy it. */
async function startReceiver(secret: string): Promise<{ url: string; output: () => string }> {
  const [code = ''] = codeBlocks('docs/guides/send-webhooks.md', 'js');
  const receiver: ChildProcess = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    env: { ...process.env, WEBHOOK_SECRET: secret, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp.push(async () => {
    receiver.kill();
    await once(receiver, 'exit');
  });
  let output = '';
  receiver.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const port = await waitFor('the receiver', () => /^port (\d+)$/m.exec(output)?.[1]);
  return { url: `http://127.0.0.1:${port}/`, output: () => output };
}

it('the receiver of the guide to sending verifies what Signalbox sends, and nothing else', async () => {
  const { api } = await start();
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const receiver = await startReceiver(secret);
  const endpoint = await makeEndpoint(api, receiver.url, { secret });
  const stranger = await makeEndpoint(api, receiver.url);
  await makeRule(api, [deliverTo(endpoint), deliverTo(stranger)]);
  const event = { specversion: '1.0', id: 'order-17', source: '/shop', type: 'order.paid' };
  await api.post('/v1/events', { ...event, data: { total: 42 } });
  await waitFor('the delivery', () => receiver.output().includes('order.paid {"total":42}'));
  const statuses = await waitFor('both tries', async () => {
    const { items } = await api.get<{ items: { id: string }[] }>('/v1/deliveries');
    const deliveries = await Promise.all(
      items.map(({ id }) => api.get<{ attempts: { status: number }[] }>(`/v1/deliveries/${id}`)),
    );
    const first = deliveries.flatMap(({ attempts }) => attempts[0]?.status ?? []);
    return first.length === 2 ? first : undefined;
  });
  expect(statuses.sort()).toEqual([204, 401]);
});

it.each(['receive-from-github', 'receive-from-stripe'])(
  'the rule of the guide %s is one that the API takes',
  async (guide) => {
    const { api } = await start();
    const [rule = ''] = codeBlocks(`docs/guides/${guide}.md`, 'json');
    const made = await makeRule(api, [], JSON.parse(rule));
    expect(made.id).toMatch(/^rul_/);
  },
);
