import { newId } from '#shared-kernel/domain/ids.js';
import { runCli } from '../../tools/cli/run-cli.ts';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { codeBlocks } from '../docs/documents.ts';
import { deliverTo, makeEndpoint, makeRule } from '../support/factories.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

let signalbox: TestSignalbox;
let sink: HttpSink;
let status = 503;
const named: Record<string, string> = {};

beforeAll(async () => {
  sink = await startHttpSink(() => status);
  signalbox = await runSignalbox();
}, 30_000);
afterAll(async () => {
  await signalbox.stop();
  await sink.close();
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

/** A command line of the guide as arguments, as a shell would take it apart. */
function argumentsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

it('does all that the guide says, as it is written', async () => {
  const { api } = signalbox;
  expect((await cli('deliveries', 'recoveries')).out).toBe('There are no recoveries.\n');
  const endpoint = await makeEndpoint(api, sink.url, {
    retryPolicy: { triesMax: 1, firstDelayMs: 100, factor: 1, delayMaxMs: 100 },
  });
  named['ENDPOINT'] = endpoint.id;
  await makeRule(api, [deliverTo(endpoint)]);
  for (const type of ['order.paid', 'invoice.paid']) {
    const event = { specversion: '1.0', id: newId('evt', 0), source: '/cli', type };
    const { events } = await api.post<{ events: [{ id: string }] }>('/v1/events', event);
    named['EVENT'] ??= events[0].id;
  }
  await waitFor('both exhausted', async () => {
    const { out } = await cli('deliveries', 'recover', '--all', '--dry-run');
    return out === 'It would have 2 deliveries. Nothing was changed.\n';
  });
  status = 200;
  const lines = codeBlocks('docs/guides/recover-and-replay.md', 'sh')
    .flatMap((block) => block.trim().split('\n'))
    .map((line) => line.replace('npm run cli -- ', ''));
  expect(lines).toHaveLength(9);
  for (const line of lines) {
    const asWritten = line.replace(/\$([A-Z]+)/g, (_, name: string) => named[name] ?? '');
    const { exitCode, out, err } = await cli(...argumentsOf(asWritten));
    const began = /^(rcv_\w+) has 2 deliveries/.exec(out)?.[1];
    if (began !== undefined) named['RECOVERY'] = began;
    if (line.startsWith('deliveries cancel')) {
      // It may have ended before; that is said, and nothing else.
      expect([0, 1]).toContain(exitCode);
      if (exitCode === 1) expect(err).toContain('409 deliveries.recovery-has-ended');
    } else expect([line, exitCode, err]).toEqual([line, 0, '']);
  }
  const { out } = await cli('deliveries', 'recoveries', '--limit', '2');
  expect(out).toMatch(/^ID +KIND +STATE +DONE +SELECTED +STARTED +PASSED OVER +ASKED\nrcv_/);
  await waitFor('the first recovery', async () => {
    const shown = await cli('deliveries', 'recoveries', named['RECOVERY'] ?? '');
    return shown.out.includes('is done: 100 %, 2 started and 0 passed over of 2.');
  });
});

it('counts what a replay would send', async () => {
  const id = named['ENDPOINT'] ?? '';
  const { out } = await cli('deliveries', 'replay', id, '--from', '1', '--dry-run');
  expect(out).toBe('It would have 2 events, and would send 2. Nothing was changed.\n');
});

it.each([
  [['recover'], 'needs --all or filters'],
  [['recover', '--all', '--type', 'a'], 'needs --all or filters'],
  [['replay', 'end_1'], 'needs --from P'],
])('ends with 2 and says how when it is used wrongly: deliveries %j', async (args, text) => {
  const { exitCode, err } = await cli('deliveries', ...args);
  expect([exitCode, err]).toEqual([2, expect.stringContaining(text)]);
});
