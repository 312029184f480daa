import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { ApiClient } from '../../tools/support/api-client.ts';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { seededRandom } from '../../tools/support/seeded-random.ts';
import {
  newApiKey,
  type SignalboxProcess,
  startProcess,
} from '../../tools/support/signalbox-process.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { ensureBuilt } from '../support/built-program.ts';
import { deliverTo, makeEndpoint, makeRule, makeSource } from '../support/factories.ts';
import { receivedWebhooks, storedEventIds } from '../support/received-webhooks.ts';
import { newDataFolder } from '../support/running-signalbox.ts';
import { startWebhookLoad, type WebhookLoad } from '../support/webhook-load.ts';

/** CRASH_SEED repeats a run that failed, as far as the machine lets it. */
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 2 ** 31);
const kills = 50;
/** One kill in so many comes before the program listens: in migrations, or in recovery. */
const killsPerEarlyKill = 5;
/** The clock jumps past the leases of killed tries once in so many kills, the last among them. */
const killsPerJump = 25;
/** Longer than any lease; all jumps stay within the five minutes that signatures are valid for. */
const jumpMs = 60_000;
const killAfterMsMax = 250;
const earlyKillAfterMsMax = 1_000;
const senders = 6;

/** Arguments that make Node.js run a line before the program. */
const runBefore = (line: string) => [`--import=data:text/javascript,${encodeURIComponent(line)}`];
const shiftClock = (byMs: number) => `const now = Date.now; Date.now = () => now() + ${byMs};`;
const dieAfter = (ms: number) => `setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${ms});`;

describe(`the program under load, killed ${kills} times (CRASH_SEED=${seed})`, () => {
  const random = seededRandom(seed);
  const dataFolder = newDataFolder();
  const apiKey = newApiKey();
  let sink: HttpSink;
  let load: WebhookLoad;
  let last: SignalboxProcess | undefined;
  let killed = 0;

  const start = (line = '') =>
    startProcess({
      dataFolder,
      apiKey,
      nodeArguments: runBefore(shiftClock(Math.floor(killed / killsPerJump) * jumpMs) + line),
      settings: {
        LOG_LEVEL: 'error',
        DISK_FREE_BYTES_MIN: '0',
        NODE_COMPILE_CACHE: join(dataFolder, 'compile-cache'),
        OUTBOUND_ALLOWED_RANGES: '127.0.0.0/8',
      },
    });

  /** Runs the program for a moment under load and kills it wherever it then is. */
  async function runAndKill(): Promise<void> {
    const isEarly = killed % killsPerEarlyKill === killsPerEarlyKill - 1;
    const earlyKill = isEarly ? dieAfter(Math.floor(random() * earlyKillAfterMsMax)) : '';
    const starting = start(earlyKill);
    const program = await (isEarly ? starting.catch(() => undefined) : starting);
    if (program !== undefined) {
      load.sendTo(program.url);
      const { child } = program;
      if (!isEarly) await pause(random() * killAfterMsMax).then(() => program.kill());
      else if (child.signalCode === null) await once(child, 'exit');
      load.sendTo(undefined);
      expect(child.signalCode).toBe('SIGKILL');
    }
    killed++;
  }

  beforeAll(async () => {
    await ensureBuilt();
    sink = await startHttpSink();
  }, 120_000);
  afterAll(async () => {
    await load.stop();
    await last?.stop();
    await sink.close();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  it('has each acknowledged webhook in its log once, and delivers it, rightly signed', async () => {
    const first = await start();
    const source = await makeSource(new ApiClient(first.url, apiKey));
    const endpoint = await makeEndpoint(new ApiClient(first.url, apiKey), sink.url);
    await makeRule(new ApiClient(first.url, apiKey), [deliverTo(endpoint)]);
    load = startWebhookLoad(source.hooksPath, senders);
    // Node.js keeps what it compiled when it ends in order: every later start is faster.
    await first.stop();
    while (killed < kills) await runAndKill();
    await load.stop();

    last = await start();
    const api = new ApiClient(last.url, apiKey);
    const webhooks = await receivedWebhooks(api);
    const stored = new Map(webhooks.map(({ deliveryId, eventId }) => [deliveryId, eventId]));
    const lost = [...load.acknowledged].filter((id) => !stored.has(id));
    expect({ seed, lost }).toEqual({ seed, lost: [] });
    expect({ seed, rows: webhooks.length }).toEqual({ seed, rows: stored.size });
    expect(await storedEventIds(api)).toEqual(webhooks.map(({ eventId }) => eventId));
    expect({ seed, refused: [...load.refused] }).toEqual({ seed, refused: [] });
    expect(load.acknowledged.size).toBeGreaterThan(kills);

    const delivered = () => new Set(sink.taken.map(({ headers }) => headers['webhook-id']));
    const undelivered = () => webhooks.filter(({ eventId }) => !delivered().has(eventId));
    await waitFor(`all deliveries with the seed ${seed}`, () => undelivered().length === 0, 30_000);
    const receiver = new Webhook(endpoint.secret);
    for (const { headers, body } of sink.taken) {
      receiver.verify(body.toString(), headers as Record<string, string>);
    }
  }, 240_000);
});
