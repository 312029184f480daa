import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runCli } from '../../tools/cli/run-cli.ts';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

let signalbox: TestSignalbox;
let sink: HttpSink;
let folder: string;

beforeAll(async () => {
  [signalbox, sink] = await Promise.all([runSignalbox(), startHttpSink()]);
  folder = mkdtempSync(join(tmpdir(), 'signalbox-cli-'));
});

afterAll(async () => {
  await Promise.all([signalbox.stop(), sink.close()]);
  rmSync(folder, { recursive: true, force: true });
});

type Environment = Readonly<Record<string, string | undefined>>;

async function cli(args: readonly string[], environment: Environment = {}) {
  const out: Buffer[] = [];
  const err: string[] = [];
  const env = {
    SIGNALBOX_URL: signalbox.url,
    SIGNALBOX_API_KEY: signalbox.apiKey,
    ...environment,
  };
  const exitCode = await runCli(args, env, {
    out: (text) => out.push(Buffer.from(text)),
    err: (text) => err.push(text),
  });
  return {
    exitCode,
    bytes: Buffer.concat(out),
    out: Buffer.concat(out).toString(),
    err: err.join(''),
  };
}

async function made<Thing>(...args: string[]): Promise<Thing> {
  const { exitCode, out, err } = await cli([...args, '--json']);
  expect([exitCode, err]).toEqual([0, '']);
  return JSON.parse(out) as Thing;
}

interface Source {
  readonly id: string;
  readonly url: string;
  readonly secrets: readonly { readonly value: string }[];
}

function fileWith(text: string): string {
  const file = join(folder, 'rule.json');
  writeFileSync(file, text);
  return file;
}

/** The address of a source as this process reaches it: the program listens on a free port. */
function reachable({ url }: Source): string {
  return signalbox.url + new URL(url).pathname;
}

it('makes a source, an endpoint and a rule, and shows what became of a sample', async () => {
  const source = await made<Source>('sources', 'create', 'GitHub', 'github');
  const endpoint = await made<{ id: string }>('endpoints', 'create', 'Mine', `${sink.url}/in`);
  const rule = {
    name: 'pings',
    match: {},
    actions: [{ kind: 'deliver', endpointId: endpoint.id }],
  };
  await made('rules', 'create', '--file', fileWith(JSON.stringify(rule)));

  const secret = source.secrets[0]!.value;
  const sent = await cli(['send-sample', reachable(source), secret, '--type', 'push']);
  expect(sent.out).toMatch(/^Stored as whk_[0-9a-f]{32}\. See what became of it:\nnpm run cli/);
  const eventId = /evt_[0-9a-f]{32}/.exec(sent.out)![0];
  const shown = await waitFor('the delivery', async () => {
    const { out } = await cli(['events', 'show', eventId]);
    return out.includes(': delivered') ? out : undefined;
  });
  expect(shown).toMatch(/^github\.push {2}evt_[0-9a-f]{32} {2}trace [0-9a-f]{32}\n/);
  expect(shown).toContain('rule "pings" matched');
  expect(shown).toContain('try: answered 200 after');

  const webhookId = /whk_[0-9a-f]{32}/.exec(sent.out)![0];
  const body = await cli(['webhooks', 'body', webhookId]);
  expect(JSON.parse(body.out)).toMatchObject({ zen: 'Keep it logically awesome.' });
  const { body: delivered } = sink.taken[0]!;
  expect(JSON.parse(delivered.toString())).toMatchObject({ data: JSON.parse(body.out) });

  for (const list of ['sources', 'endpoints', 'rules', 'events', 'webhooks', 'deliveries']) {
    const { exitCode, out } = await cli([list, 'list']);
    expect([list, exitCode, out.split('\n').length]).toEqual([list, 0, 3]);
    expect(out).toMatch(/^ID /);
  }
  expect((await cli(['events', 'list', '--type', 'github.issues'])).out).toBe(
    'There are no events.\n',
  );

  const deliveries = await made<{ items: { id: string }[] }>('deliveries', 'list');
  const retried = await cli(['deliveries', 'retry', deliveries.items[0]!.id]);
  expect(retried.out).toMatch(/^dlv_[0-9a-f]{32} is due\.\n$/);
  await waitFor('the second delivery', () => sink.taken.length === 2);
});

it('shows a secret that was made, and none that was given', async () => {
  const given = await cli(['sources', 'create', 'Mine', 'stripe', '--secret', 'whsec_mine']);
  expect(given.out).toMatch(/^Made the source src_[0-9a-f]{32} \(Mine\)\.\nURL {5}http\S+\n$/);
  const created = await cli(['endpoints', 'create', 'Mine', sink.url]);
  expect(created.out).toMatch(/\nSecret {2}whsec_\S+ {3}\(shown once, keep it\)\n$/);
});

it('says that there is more than it lists', async () => {
  await made('sources', 'create', 'One', 'github');
  await made('sources', 'create', 'Two', 'github');
  const { out } = await cli(['sources', 'list', '--limit', '1']);
  expect(out).toContain('There are more: raise --limit');
});

it('tells whether the program is ready, without a key', async () => {
  const { exitCode, out } = await cli(['status'], { SIGNALBOX_API_KEY: undefined });
  expect([exitCode, out]).toEqual([0, expect.stringMatching(/ is ready\.\nCHECK +STATUS\n/)]);
});

it('ends with 1 and the fields that are wrong when the API refuses', async () => {
  const { exitCode, err } = await cli(['sources', 'create', 'X', 'nobody']);
  expect(exitCode).toBe(1);
  expect(err).toMatch(
    /^400 webhooks\.unknown-provider: .*\n {2}provider: .*\n {2}trace [0-9a-f]{32}\n$/,
  );
});

it.each([
  [['webhooks', 'body', 'whk_0'], '404 webhooks.webhook-not-found'],
  [['events', 'show', '../rules'], '404 event-processing.event-not-found'],
])('ends with 1 when there is no such thing: %s', async (args, message) => {
  const { exitCode, err } = await cli(args);
  expect([exitCode, err]).toEqual([1, expect.stringContaining(message)]);
});

it('ends with 1 when a sample is not signed with the secret of the source', async () => {
  const source = await made<Source>('sources', 'create', 'GitHub', 'github');
  const { exitCode, err } = await cli(['send-sample', reachable(source), 'another secret']);
  expect([exitCode, err]).toEqual([1, expect.stringContaining('401 webhooks.signature-mismatch')]);
});

it.each([
  [[], 'SIGNALBOX_API_KEY  the API key'],
  [['help'], 'events show ID'],
  [['sources', 'list', '--help'], 'deliveries retry ID'],
])('explains itself: %s', async (args, text) => {
  const { exitCode, out } = await cli(args);
  expect([exitCode, out]).toEqual([0, expect.stringContaining(text)]);
});

it.each([
  [['fly'], 'There is no command "fly". Try: npm run cli -- help'],
  [['events', 'show'], 'npm run cli -- events show ID'],
  [['sources', 'list', 'all'], 'npm run cli -- sources list [--limit N]'],
  [['events', 'list', '--colour', 'red'], '--colour'],
  [['sources', 'list', '--state', 'due'], '--state is no option of this: npm run cli -- sources'],
  [['rules', 'create'], 'rules create needs --file'],
  [['rules', 'create', '--file', 'nowhere.json'], 'nowhere.json cannot be read'],
])('ends with 2 and says how when it is used wrongly: %s', async (args, text) => {
  const { exitCode, err } = await cli(args);
  expect([exitCode, err]).toEqual([2, expect.stringContaining(text)]);
});

it('ends with 2 when a rule file is not JSON, or no key is set', async () => {
  const broken = await cli(['rules', 'create', '--file', fileWith('{')]);
  expect([broken.exitCode, broken.err]).toEqual([2, expect.stringContaining('is not JSON')]);
  const keyless = await cli(['sources', 'list'], { SIGNALBOX_API_KEY: '' });
  expect([keyless.exitCode, keyless.err]).toEqual([
    2,
    expect.stringContaining('SIGNALBOX_API_KEY'),
  ]);
});

it('ends with 1 and the address when nobody answers, or somebody else does', async () => {
  const gone = await startHttpSink();
  await gone.close();
  const nobody = await cli(['status'], { SIGNALBOX_URL: gone.url });
  expect([nobody.exitCode, nobody.err]).toEqual([
    1,
    expect.stringContaining(`Is Signalbox running at ${gone.url}?`),
  ]);
  const stranger = await cli(['sources', 'list'], { SIGNALBOX_URL: `${sink.url}/` });
  expect([stranger.exitCode, stranger.err]).toEqual([1, 'The answer is not one of Signalbox.\n']);
});

it('runs as a program, with its exit code', async () => {
  const run = promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'tools/cli/cli.ts', 'status', '--json'],
    { env: { ...process.env, SIGNALBOX_URL: signalbox.url } },
  );
  expect(JSON.parse((await run).stdout)).toMatchObject({ status: 'ready' });
  const failing = promisify(execFile)(process.execPath, ['tools/cli/cli.ts', 'fly']);
  await expect(failing).rejects.toMatchObject({ code: 2 });
});
