import { newId } from '#shared-kernel/domain/ids.js';
import { ApiClient } from '../../tools/support/api-client.ts';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { deliverTo, makeApiKey, makeEndpoint, makeRule } from '../support/factories.ts';
import { expectProblem, request } from '../support/request.ts';
import { newDataFolder, runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

interface Recovery {
  readonly id: string;
  readonly state: string;
  readonly selected: number;
  readonly started: number;
  readonly passedOver: number;
  readonly percent: number;
}

let signalbox: TestSignalbox;
let sink: HttpSink;
let status = 500;

beforeAll(async () => {
  sink = await startHttpSink(() => status);
  signalbox = await runSignalbox();
}, 30_000);
afterAll(async () => {
  await signalbox.stop();
  await sink.close();
});

const once = { retryPolicy: { triesMax: 1, firstDelayMs: 100, factor: 1, delayMaxMs: 100 } };

function cloudEvents(count: number, type: string) {
  return Array.from({ length: count }, () => ({
    specversion: '1.0',
    id: newId('evt', 0),
    source: '/recover',
    type,
  }));
}

async function publish(api: ApiClient, count: number, type: string): Promise<string[]> {
  const ids: string[] = [];
  for (let left = count; left > 0; left -= 100) {
    const batch = cloudEvents(Math.min(left, 100), type);
    const answer = await fetch(`${api.url}/v1/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${api.apiKey}`,
        'content-type': 'application/cloudevents-batch+json',
      },
      body: JSON.stringify(batch),
    });
    expect(answer.status).toBe(202);
    const { events } = (await answer.json()) as { events: { id: string }[] };
    ids.push(...events.map(({ id }) => id));
  }
  return ids;
}

async function count(api: ApiClient, query: object): Promise<number> {
  const plan = await api.post<{ selected: number }>('/v1/deliveries/recover', {
    ...query,
    dryRun: true,
  });
  return plan.selected;
}

async function ended(api: ApiClient, { id }: { readonly id: string }): Promise<Recovery> {
  return waitFor('the end of the recovery', async () => {
    const recovery = await api.get<Recovery>(`/v1/deliveries/recoveries/${id}`);
    return recovery.state === 'running' ? undefined : recovery;
  });
}

const takenAt = (path: string) => sink.taken.filter((one) => one.path === path);

describe('POST /v1/deliveries/recover', () => {
  it('starts again exactly what was counted, and tells how far it is', async () => {
    status = 503;
    const { api } = signalbox;
    const one = await makeEndpoint(api, `${sink.url}/one`, once);
    const two = await makeEndpoint(api, `${sink.url}/two`, once);
    await makeRule(api, [deliverTo(one), deliverTo(two)], { match: { types: ['recover.*'] } });
    await publish(api, 3, 'recover.a');
    await publish(api, 2, 'recover.b');
    await waitFor('ten exhausted', async () => (await count(api, {})) === 10);

    expect(await count(api, { endpointId: one.id })).toBe(5);
    expect(await count(api, { endpointId: one.id, eventType: 'recover.b' })).toBe(2);
    expect(await count(api, { eventType: 'recover.*' })).toBe(10);
    expect(await count(api, { lastStatus: 503 })).toBe(10);
    expect(await count(api, { lastStatus: 500 })).toBe(0);
    expect(await count(api, { lastStage: 'connect' })).toBe(0);
    expect(await count(api, { state: 'discarded' })).toBe(0);
    expect(await count(api, { to: '2020-01-01T00:00:00Z' })).toBe(0);
    expect(await count(api, { from: '2020-01-01T00:00:00Z' })).toBe(10);

    status = 200;
    const before = takenAt('/one').length;
    const asked = await api.post<Recovery>('/v1/deliveries/recover', {
      endpointId: one.id,
      eventType: 'recover.a',
    });
    expect(asked).toMatchObject({ kind: 'recover', state: 'running', selected: 3, started: 0 });
    expect(await ended(api, asked)).toMatchObject({
      state: 'done',
      selected: 3,
      started: 3,
      passedOver: 0,
      percent: 100,
      finishedAt: expect.any(String),
    });
    await waitFor('the deliveries', () => takenAt('/one').length === before + 3);
    expect(await count(api, {})).toBe(7);
    const { items } = await api.get<{ items: Recovery[] }>('/v1/deliveries/recoveries');
    expect(items[0]?.id).toBe(asked.id);
  });

  it('refuses what is empty, unknown or over', async () => {
    const call = (method: string, path: string, body?: object) =>
      request(`${signalbox.url}${path}`, { method, apiKey: signalbox.apiKey, body });
    const none = { endpointId: `end_${'0'.repeat(32)}` };
    const empty = await call('POST', '/v1/deliveries/recover', none);
    expectProblem(empty, 'deliveries.recovery-is-empty');
    const star = await call('POST', '/v1/deliveries/recover', { eventType: '*.a' });
    expectProblem(star, 'http.invalid-request');
    const path = '/v1/deliveries/recoveries/rcv_0';
    expectProblem(await call('GET', path), 'deliveries.recovery-not-found');
    expectProblem(await call('DELETE', path), 'deliveries.recovery-not-found');
    const { items } = await signalbox.api.get<{ items: Recovery[] }>('/v1/deliveries/recoveries');
    const over = await call('DELETE', `/v1/deliveries/recoveries/${items[0]?.id}`);
    expectProblem(over, 'deliveries.recovery-has-ended');
  });

  it('shows no tenant what another one has', async () => {
    const { api, url } = signalbox;
    const acme = new ApiClient(url, await makeApiKey(api, 'operator', 'acme'));
    expect(await count(acme, {})).toBe(0);
    const { items } = await api.get<{ items: Recovery[] }>('/v1/deliveries/recoveries');
    const foreign = await request(`${url}/v1/deliveries/recoveries/${items[0]?.id}`, {
      apiKey: acme.apiKey,
    });
    expectProblem(foreign, 'deliveries.recovery-not-found');
    expect((await acme.get<{ items: [] }>('/v1/deliveries/recoveries')).items).toEqual([]);
  });
});

describe('a recovery of many', () => {
  it('ends where it is when it is cancelled, and goes on after a restart', async () => {
    const kept = { dataFolder: newDataFolder(), apiKey: signalbox.apiKey };
    let box = await runSignalbox({ kept });
    // Blames the message: the endpoint's breaker stays closed.
    status = 422;
    const endpoint = await makeEndpoint(box.api, `${sink.url}/many`, once);
    await makeRule(box.api, [deliverTo(endpoint)]);
    const ids = await publish(box.api, 1_200, 'many');
    await waitFor('all exhausted', async () => (await count(box.api, {})) === ids.length, 60_000);
    status = 200;
    const before = sink.taken.length;
    const taken = () => sink.taken.slice(before);

    const first = await box.api.post<Recovery>('/v1/deliveries/recover', {});
    const path = `/v1/deliveries/recoveries/${first.id}`;
    await waitFor('a step', async () => (await box.api.get<Recovery>(path)).started > 0);
    const cancelled = await box.api.call<Recovery>('DELETE', path);
    expect(cancelled).toMatchObject({ state: 'cancelled', selected: 1_200 });
    expect([500, 1_000]).toContain(cancelled.started);
    const rest = 1_200 - cancelled.started;
    await waitFor('what was started', () => taken().length === cancelled.started, 30_000);
    expect(await count(box.api, {})).toBe(rest);

    const second = await box.api.post<Recovery>('/v1/deliveries/recover', {});
    await box.stop();
    box = await runSignalbox({ kept });
    expect(await ended(box.api, second)).toMatchObject({ selected: rest, started: rest });
    await waitFor('all', () => taken().length === ids.length, 30_000);
    expect(new Set(taken().map(({ headers }) => headers['webhook-id']))).toEqual(new Set(ids));
    await box.stop();
  }, 120_000);
});
