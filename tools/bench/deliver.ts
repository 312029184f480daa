import { Webhook } from 'standardwebhooks';
import { ApiClient } from '../support/api-client.ts';
import { startHttpSink } from '../support/http-sink.ts';
import { startProcess } from '../support/signalbox-process.ts';
import { waitFor } from '../support/wait-for.ts';
import { benchDrain } from './drain.ts';
import { benchSecret, quantile, sendSteadily, sendWebhooks } from './webhook-load.ts';

const seconds = 8;
const warmUpSeconds = 2;
const connections = 64;
const steadyPerSecond = 500;
const drainTimeoutMs = 120_000;

/**
 * The whole way: a webhook comes in, is stored, matches a rule, and leaves signed for a local sink.
 * Throughput counts from the first webhook to the last delivery; latency is from receipt to
 * delivery at a steady rate.
 */
export async function benchDeliver(): Promise<void> {
  await benchDrain();
  const sink = await startHttpSink();
  const signalbox = await startProcess({ settings: { OUTBOUND_ALLOWED_RANGES: '127.0.0.0/8' } });
  try {
    const api = new ApiClient(signalbox.url, signalbox.apiKey);
    const { path, secret } = await setUp(api, sink.url);
    const load = { url: signalbox.url, path, connections };
    const warmUp = await sendWebhooks({ ...load, seconds: warmUpSeconds });
    await waitFor('warm-up', () => sink.taken.length >= warmUp.accepted, drainTimeoutMs);

    const before = sink.taken.length;
    const startedAt = performance.now();
    const flood = await sendWebhooks({ ...load, seconds });
    const until = before + flood.accepted;
    await waitFor('all deliveries', () => sink.taken.length >= until, drainTimeoutMs);
    const perSecond = (flood.accepted / (performance.now() - startedAt)) * 1_000;

    const steadyFrom = sink.taken.length;
    const steady = await sendSteadily({ ...load, seconds }, steadyPerSecond);
    const last = steadyFrom + steady.accepted;
    await waitFor('steady deliveries', () => sink.taken.length >= last, drainTimeoutMs);
    const latencies = sink.taken.slice(steadyFrom).map(({ body, takenAtMs }) => {
      const { time } = JSON.parse(body.toString()) as { time: string };
      return takenAtMs - Date.parse(time);
    });
    verifyAll(sink.taken, secret);
    console.log(`in         ${Math.round(flood.perSecond)}/s accepted while delivering`);
    console.log(`end to end ${Math.round(perSecond)}/s delivered and signed (goal >= 2,000/s)`);
    console.log(
      `latency    p50 ${quantile(latencies, 0.5)} ms, p99 ${quantile(latencies, 0.99)} ms ` +
        `from receipt to delivery at ${steadyPerSecond}/s`,
    );
  } finally {
    await signalbox.stop();
    await sink.close();
  }
}

async function setUp(api: ApiClient, sinkUrl: string): Promise<{ path: string; secret: string }> {
  const source = { name: 'bench', provider: 'github', secrets: [benchSecret] };
  const { url } = await api.post<{ url: string }>('/v1/sources', source);
  const endpoint = await api.post<{ id: string; secrets: { value: string }[] }>('/v1/endpoints', {
    name: 'sink',
    url: sinkUrl,
  });
  await api.post('/v1/rules', {
    name: 'all',
    match: { types: ['github.push'] },
    actions: [{ kind: 'deliver', endpointId: endpoint.id }],
  });
  return { path: new URL(url).pathname, secret: endpoint.secrets[0]?.value ?? '' };
}

/** Every one of a sample is signed as the official package wants it. */
function verifyAll(taken: readonly { headers: unknown; body: Buffer }[], secret: string): void {
  const webhook = new Webhook(secret);
  for (const { headers, body } of taken.slice(-200)) {
    webhook.verify(body.toString(), headers as Record<string, string>);
  }
}
