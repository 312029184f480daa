import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { ApiClient } from '../../tools/support/api-client.ts';
import { startHttpSink } from '../../tools/support/http-sink.ts';
import {
  newApiKey,
  type SignalboxProcess,
  startProcess,
} from '../../tools/support/signalbox-process.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { ensureBuilt } from '../support/built-program.ts';
import { sendWebhook } from '../support/events.ts';
import { deliverTo, makeEndpoint, makeRule, makeSource } from '../support/factories.ts';
import { receivedWebhooks } from '../support/received-webhooks.ts';
import { newDataFolder } from '../support/running-signalbox.ts';
import { startWebhookLoad } from '../support/webhook-load.ts';

const shutdownTimeoutMs = 4_000;
const dataFolder = newDataFolder();
const apiKey = newApiKey();
const started: SignalboxProcess[] = [];

beforeAll(ensureBuilt, 120_000);
afterAll(async () => {
  for (const program of started) await program.kill();
  rmSync(dataFolder, { recursive: true, force: true });
});

/**
 * Every start of this file is on the same data, so each also shows that the one before ended well.
 */
async function start() {
  const program = await startProcess({
    dataFolder,
    apiKey,
    settings: {
      LOG_LEVEL: 'error',
      DISK_FREE_BYTES_MIN: '0',
      OUTBOUND_ALLOWED_RANGES: '127.0.0.0/8',
      SHUTDOWN_TIMEOUT_MS: String(shutdownTimeoutMs),
    },
  });
  started.push(program);
  return { program, url: program.url, api: new ApiClient(program.url, apiKey) };
}

async function expectStopInTime({ child }: SignalboxProcess): Promise<void> {
  const exited = once(child, 'exit');
  const askedAt = performance.now();
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(performance.now() - askedAt).toBeLessThan(shutdownTimeoutMs);
}

describe('a stop', () => {
  it('under load ends in time, and loses nothing that was acknowledged', async () => {
    const sink = await startHttpSink();
    const first = await start();
    const source = await makeSource(first.api);
    const endpoint = await makeEndpoint(first.api, sink.url);
    const rule = await makeRule(first.api, [deliverTo(endpoint)]);
    const load = startWebhookLoad(source.hooksPath, 8);
    load.sendTo(first.url);
    await waitFor('some load', () => load.acknowledged.size > 300);
    await expectStopInTime(first.program);
    await load.stop();

    const second = await start();
    const webhooks = await receivedWebhooks(second.api);
    const received = webhooks.map(({ deliveryId }) => deliveryId);
    const lost = [...load.acknowledged].filter((id) => !received.includes(id));
    expect(lost).toEqual([]);
    expect(received).toHaveLength(new Set(received).size);
    await waitFor('all deliveries', () => sink.taken.length >= received.length);
    await second.api.call('DELETE', `/v1/rules/${rule.id}`);
    await expectStopInTime(second.program);
    await sink.close();
  }, 120_000);

  it('does not wait for a sender that never ends its request', async () => {
    const { program, url, api } = await start();
    const { hooksPath } = await makeSource(api);
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`POST ${hooksPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nno more`);
    await once(socket, 'connect');
    await expectStopInTime(program);
    socket.destroy();
  }, 60_000);

  it('does not wait for an endpoint that never answers', async () => {
    let asked = false;
    const hanging = createServer(() => void (asked = true));
    hanging.listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const { program, url, api } = await start();
    const source = await makeSource(api);
    const { port } = hanging.address() as AddressInfo;
    const endpoint = await makeEndpoint(api, `http://127.0.0.1:${port}/`);
    await makeRule(api, [deliverTo(endpoint)], { match: { sources: [source.id] } });
    await sendWebhook(url, source);
    await waitFor('the try', () => asked);
    await expectStopInTime(program).finally(() => {
      hanging.closeAllConnections();
      hanging.close();
    });
  }, 60_000);
});
