import { newId } from '#shared-kernel/domain/ids.js';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { deliverTo, makeApiKey, makeEndpoint, makeRule } from '../support/factories.ts';
import { expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

interface Recovery {
  readonly id: string;
  readonly state: string;
}

let signalbox: TestSignalbox;
let sink: HttpSink;
const eventIds: string[] = [];

beforeAll(async () => {
  sink = await startHttpSink();
  signalbox = await runSignalbox();
  for (const type of ['shop.paid', 'shop.sent', 'shop.paid', 'other.paid']) {
    const event = { specversion: '1.0', id: newId('evt', 0), source: '/shop', type };
    const data = { number: eventIds.length };
    const { events } = await signalbox.api.post<{ events: [{ id: string }] }>('/v1/events', {
      ...event,
      data,
    });
    eventIds.push(events[0].id);
  }
}, 30_000);
afterAll(async () => {
  await signalbox.stop();
  await sink.close();
});

/** Replays to the end. @returns what it came to, and ids of the events that arrived, in order */
async function replay(endpoint: { id: string }, path: string, body: object) {
  const before = sink.taken.length;
  const asked = await signalbox.api.post<Recovery>(`/v1/endpoints/${endpoint.id}/replay`, body);
  const recovery = await waitFor('the end of the replay', async () => {
    const found = await signalbox.api.get<Recovery & { started: number }>(
      `/v1/deliveries/recoveries/${asked.id}`,
    );
    return found.state === 'running' ? undefined : found;
  });
  const arrived = () => sink.taken.slice(before).filter((one) => one.path === path);
  await waitFor('the deliveries', () => arrived().length === recovery.started);
  return { recovery, ids: arrived().map(({ headers }) => headers['webhook-id']) };
}

async function plan(endpoint: { id: string }, body: object): Promise<object> {
  const path = `/v1/endpoints/${endpoint.id}/replay`;
  return signalbox.api.post(path, { ...body, dryRun: true });
}

it('sends a new endpoint what its rules mean, from any point of the log, as often as asked', async () => {
  const { api } = signalbox;
  const endpoint = await makeEndpoint(api, `${sink.url}/new`);
  const beginning = { from: eventIds[0] };
  expect(await plan(endpoint, beginning)).toMatchObject({ selected: 4, matched: 0 });

  const match = { types: ['shop.*'], data: [{ path: 'number', equals: 2 }] };
  await makeRule(api, [deliverTo(endpoint)], { match });
  await makeRule(api, [deliverTo(endpoint)], { match: { types: ['shop.sent'] } });
  expect(await plan(endpoint, beginning)).toEqual({ dryRun: true, selected: 4, matched: 2 });
  expect(sink.taken).toEqual([]);

  const first = await replay(endpoint, '/new', beginning);
  expect(first.recovery).toMatchObject({ kind: 'replay', selected: 4, started: 2, passedOver: 2 });
  expect(first.ids.sort()).toEqual([eventIds[1], eventIds[2]].sort());
  // A second one sends again; there is still one delivery for each event.
  const second = await replay(endpoint, '/new', { from: eventIds[2], to: eventIds[3] });
  expect(second.recovery).toMatchObject({ selected: 2, started: 1, passedOver: 1 });
  expect(second.ids).toEqual([eventIds[2]]);
  const deliveries = await waitFor('both attempts', async () => {
    const path = `/v1/deliveries?endpointId=${endpoint.id}&state=delivered`;
    const page = await api.get<{ items: { attemptsMade: number }[] }>(path);
    return page.items.length === 2 && page.items;
  });
  expect(deliveries.map(({ attemptsMade }) => attemptsMade).sort()).toEqual([1, 2]);
});

it('sends all that the filter means when the rules are not asked', async () => {
  const endpoint = await makeEndpoint(signalbox.api, `${sink.url}/all`);
  const body = { from: '2020-01-01T00:00:00Z', eventTypes: ['shop.paid', 'oth*'], match: 'all' };
  expect(await plan(endpoint, body)).toMatchObject({ selected: 3, matched: 3 });
  const { recovery, ids } = await replay(endpoint, '/all', body);
  expect(recovery).toMatchObject({ selected: 3, started: 3, passedOver: 0 });
  expect(ids.sort()).toEqual([eventIds[0], eventIds[2], eventIds[3]].sort());
});

it('refuses places that the log does not have, and endpoints that are not there', async () => {
  const { api, url, apiKey } = signalbox;
  const endpoint = await makeEndpoint(api, `${sink.url}/none`);
  const ask = (id: string, body: object, key = apiKey) =>
    request(`${url}/v1/endpoints/${id}/replay`, { method: 'POST', apiKey: key, body });
  const from = eventIds[0];
  const foreign = await makeApiKey(api, 'operator', 'acme');
  expectProblem(await ask('end_0', { from }), 'deliveries.endpoint-not-found');
  expectProblem(await ask(endpoint.id, { from }, foreign), 'deliveries.endpoint-not-found');
  const unknown = await ask(endpoint.id, { from: `evt_${'0'.repeat(32)}` });
  expectProblem(unknown, 'messaging.replay-range-invalid');
  const backwards = await ask(endpoint.id, { from: eventIds[3], to: eventIds[0] });
  expectProblem(backwards, 'messaging.replay-range-invalid');
  const nothing = await ask(endpoint.id, { from, eventTypes: ['nothing'] });
  expectProblem(nothing, 'deliveries.recovery-is-empty');
  expectProblem(await ask(endpoint.id, {}), 'http.invalid-request');
});
