import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ApiClient } from '../support/api-client.ts';
import { startHttpSink, type TakenRequest } from '../support/http-sink.ts';
import { newApiKey, startProcess } from '../support/signalbox-process.ts';
import { waitFor } from '../support/wait-for.ts';
import { seedBacklog } from './seed-backlog.ts';
import { quantile } from './webhook-load.ts';

const goalMs = 1_000;
const perSecond = 100;
const paceMs = 5;
const warmUpSeconds = 2;
const drainTimeoutMs = 60_000;

/** One run: so many endpoints hang, with that backlog between them, beside those that work. */
interface World {
  readonly hanging: number;
  readonly working: number;
  readonly backlog: number;
  readonly seconds: number;
}

/**
 * Endpoints that never answer have a large backlog; the others get steady traffic. What counts is
 * the time from publishing to the delivery at the others.
 */
export async function benchIsolation(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      backlog: { type: 'string', default: '100000' },
      seconds: { type: 'string', default: '15' },
    },
  });
  const [backlog, seconds] = [Number(values.backlog), Number(values.seconds)];
  await measure({ hanging: 1, working: 9, backlog, seconds });
  await measure({ hanging: 20, working: 80, backlog, seconds });
}

async function measure(world: World): Promise<void> {
  const { hanging, working, backlog, seconds } = world;
  const sink = await startHttpSink();
  const { server: silent, url: silentUrl } = await startSilentServer();
  const dataFolder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  const apiKey = newApiKey();
  const settings = { OUTBOUND_ALLOWED_RANGES: '127.0.0.0/8', LOG_LEVEL: 'error' };
  const start = () => startProcess({ dataFolder, apiKey, settings });
  let signalbox = await start();
  try {
    const endpoints = (count: number, url: string, kind: string) =>
      Promise.all(
        Array.from({ length: count }, (_, n) =>
          route(new ApiClient(signalbox.url, apiKey), `${url}/${n}`, `${kind}.${n}`),
        ),
      );
    await endpoints(working, sink.url, 'working');
    const hangs = await endpoints(hanging, silentUrl, 'hanging');
    await signalbox.stop();
    seedBacklog(dataFolder, hangs, backlog);
    signalbox = await start();
    const api = new ApiClient(signalbox.url, apiKey);
    // The reactions first pass by the events of the backlog, which is not what is measured here.
    const warmUp = await publishSteadily(api, working, warmUpSeconds);
    await waitFor('warm-up', () => sink.taken.length >= warmUp, drainTimeoutMs);
    const sent = warmUp + (await publishSteadily(api, working, seconds));
    await waitFor('the others', () => sink.taken.length >= sent, drainTimeoutMs);
    report(world, sink.taken.slice(warmUp));
  } finally {
    await signalbox.kill();
    rmSync(dataFolder, { recursive: true, force: true });
    await sink.close();
    silent.closeAllConnections();
    silent.close();
  }
}

function report({ hanging, working, backlog }: World, taken: readonly TakenRequest[]): void {
  const latencies = taken.map(({ body, takenAtMs }) => {
    const { data } = JSON.parse(body.toString()) as { data: { atMs: number } };
    return takenAtMs - data.atMs;
  });
  const p99 = quantile(latencies, 0.99);
  if (p99 >= goalMs) process.exitCode = 1;
  console.log(
    `${hanging} of ${hanging + working} endpoints hang with a backlog of ${backlog}: the others ` +
      `p50 ${quantile(latencies, 0.5)} ms, p99 ${p99} ms, max ${Math.max(...latencies)} ms ` +
      `of ${taken.length} deliveries (goal: p99 < ${goalMs} ms)`,
  );
}

/** Takes connections and never answers. */
async function startSilentServer(): Promise<{ server: Server; url: string }> {
  const server = createServer(() => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function route(api: ApiClient, url: string, type: string): Promise<string> {
  const { id } = await api.post<{ id: string }>('/v1/endpoints', { name: type, url });
  await api.post('/v1/rules', {
    name: type,
    match: { types: [type] },
    actions: [{ kind: 'deliver', endpointId: id }],
  });
  return id;
}

async function publishSteadily(api: ApiClient, working: number, seconds: number): Promise<number> {
  const startedAt = performance.now();
  const underWay: Promise<unknown>[] = [];
  let sent = 0;
  while (sent < perSecond * seconds) {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond);
    for (; sent < due; sent++) {
      const type = `working.${sent % working}`;
      const data = { atMs: Date.now() };
      const event = {
        specversion: '1.0',
        id: `bench-${startedAt}-${sent}`,
        source: '/bench',
        type,
        data,
      };
      underWay.push(api.call('POST', '/v1/events', event));
    }
    await pause(paceMs);
  }
  await Promise.all(underWay);
  return sent;
}
