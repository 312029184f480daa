import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RuleMatched } from '#communication/event-processing/contracts/rule-matched.event.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { runCli } from '../../tools/cli/run-cli.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { codeBlocks } from '../docs/documents.ts';
import { appendBroken } from '../support/broken-events.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

const mailing = 'notifications.queue-mail-when-rule-matched';
const matching = 'event-processing.match-rules-when-event-arrived';

interface ParkedPage {
  readonly items: readonly { readonly eventId: string; readonly state: string }[];
}

let signalbox: TestSignalbox;
let folder: string;
beforeAll(async () => {
  signalbox = await runSignalbox();
  folder = mkdtempSync(join(tmpdir(), 'signalbox-cli-'));
}, 30_000);
afterAll(async () => {
  await signalbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function cli(...args: string[]) {
  let out = '';
  let err = '';
  const env = { SIGNALBOX_URL: signalbox.url, SIGNALBOX_API_KEY: signalbox.apiKey };
  const exitCode = await runCli(args, env, {
    out: (text) => (out += String(text)),
    err: (text) => (err += text),
  });
  return { exitCode, out, err };
}

const parked = async () =>
  (await signalbox.api.get<ParkedPage>(`/v1/reactions/${mailing}/parked-events`)).items;

/** Data of a match that asks for a mail of an event which the log does not have. */
const dataOf = (eventId: string) => ({
  eventId,
  eventType: 'x',
  ruleId: 'rul_1',
  ruleName: 'r',
  actions: [{ kind: 'email' as const, to: ['a@example.com'], subject: 'S', text: 'T' }],
});

/** Makes the reaction fail at this many events. */
async function failAt(count: number): Promise<void> {
  const events = Array.from({ length: count }, () =>
    RuleMatched.of({ tenant: 'default', data: dataOf(newId('evt', 0)) }),
  );
  const before = (await parked()).length;
  await appendBroken(signalbox, mailing, events, { actions: 'none' });
  await waitFor('the parked events', async () => (await parked()).length === before + count);
}

/** A command line of the guide as arguments, as a shell would take it apart. */
function argumentsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

/** Publishes an event and waits until the rules have seen it. */
async function publish(): Promise<string> {
  const event = { specversion: '1.0', id: newId('evt', 0), source: '/test', type: 'order.paid' };
  const { events } = await signalbox.api.post<{ events: [{ id: string }] }>('/v1/events', event);
  await waitFor('the rules', async () => {
    const path = `/v1/reactions/${matching}`;
    return (await signalbox.api.get<{ lagEvents: number }>(path)).lagEvents === 0;
  });
  return events[0].id;
}

/** Writes the data of a parked event to a file, so that the reaction can handle it. */
async function mend(eventId: string): Promise<string> {
  const { out } = await cli('reactions', 'parked', mailing, '--event', eventId, '--json');
  const { data } = JSON.parse(out) as { data: object };
  const file = join(folder, 'mended.json');
  const actions = [{ kind: 'deliver', endpointId: 'end_1' }];
  writeFileSync(file, JSON.stringify({ ...data, actions }));
  return file;
}

it('does all that the guide says, as it is written', async () => {
  await failAt(5);
  const published = await publish();
  const lines = codeBlocks('docs/guides/operate-reactions.md', 'sh')
    .flatMap((block) => block.trim().split('\n'))
    .map((line) => line.replace('npm run cli -- ', ''));
  expect(lines.length).toBeGreaterThan(15);
  for (const line of lines) {
    const event = line.includes(matching) ? published : ((await parked())[0]?.eventId ?? '');
    const file = line.includes('mended.json') ? await mend(event) : '';
    const asWritten = line.replace('$EVENT', event).replace('mended.json', file);
    const { exitCode, err } = await cli(...argumentsOf(asWritten));
    expect([line, exitCode, err]).toEqual([line, 0, '']);
    // What was mended is handled soon; the next line needs one that is still there.
    if (file !== '') await waitFor('the mended one', async () => (await parked()).length === 4);
  }
  const { out } = await cli('reactions', 'show', mailing);
  expect(out).toContain('5 = 1 handled + 0 parked + 0 dead + 4 skipped');
});

it('shows what it finds and what it did', async () => {
  const list = await cli('reactions', 'list');
  expect(list.out).toMatch(/^ID +LAG +HANDLED +PARKED +DEAD +SKIPPED\n/);
  expect((await cli('reactions', 'parked', mailing)).out).toBe('There are no parked events.\n');
  await failAt(2);
  const [first] = await parked();
  const shown = await cli('reactions', 'parked', mailing, '--state', 'parked', '--limit', '1');
  expect(shown.out).toMatch(/^EVENT +STATE +TRIES +NEXT TRY +KEY +ERROR\nevt_/);
  expect(shown.out).toContain('There are more: raise --limit');
  const dry = await cli('reactions', 'retry', mailing, '--all', '--dry-run');
  expect(dry.out).toBe('It would change 2 events. Nothing was changed.\n');
  const skipped = await cli('reactions', 'skip', mailing, '--all', '--reason', 'a test');
  expect(skipped.out).toBe('Changed 2 of 2 events.\n');
  const gone = await cli('reactions', 'retry', mailing, '--event', first?.eventId ?? '');
  expect([gone.exitCode, gone.err]).toEqual([
    1,
    expect.stringContaining('404 messaging.parked-event-not-found'),
  ]);
});

it('pauses, shows that, and cancels what waits', async () => {
  expect((await cli('reactions', 'pause', matching)).out).toMatch(/ is paused since 2/);
  expect((await cli('reactions', 'list')).out).toMatch(/paused\n/);
  const replay = await cli('reactions', 'replay', matching, '--to', '1000', '--json');
  const { id } = JSON.parse(replay.out) as { id: string };
  expect((await cli('reactions', 'show', matching)).out).toContain(`${id}, 0 %`);
  const cancelled = await cli('reactions', 'cancel', matching, id);
  expect(cancelled.out).toBe(`${id} is cancelled at 0 %.\n`);
  expect((await cli('reactions', 'resume', matching)).out).toBe(`${matching} runs.\n`);
  expect((await cli('reactions', 'replays', matching)).out).toMatch(/^ID +STATE +DONE/);
  expect((await cli('reactions', 'replays', mailing)).out).toBe('There are no replays.\n');
  const none = await cli('reactions', 'replay', matching, '--key', 'z', '--dry-run');
  expect(none.out).toBe('It would have 0 events. Nothing was changed.\n');
});

it.each([
  [['retry', mailing], 'needs --event EVENT, --all, or filters'],
  [['retry', mailing, '--all', '--key', 'a'], 'needs --event EVENT, --all, or filters'],
  [['retry', mailing, '--event', 'evt_1', '--dry-run'], 'leave out --event'],
  [['skip', mailing, '--all'], 'needs --reason WHY'],
  [['edit', mailing, 'evt_1'], 'needs --file DATA.json'],
])('ends with 2 and says how when it is used wrongly: reactions %j', async (args, text) => {
  const { exitCode, err } = await cli('reactions', ...args);
  expect([exitCode, err]).toEqual([2, expect.stringContaining(text)]);
});
