import { randomUUID } from 'node:crypto';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { entriesOf, settledEvent, type TestEvent } from '../support/events.ts';
import { deliverTo, makeEndpoint, makeRule } from '../support/factories.ts';
import { expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

interface Published {
  readonly events: readonly { id: string; cloudEventId: string; duplicate: boolean }[];
}

let sink: HttpSink;
let signalbox: TestSignalbox;
beforeAll(async () => {
  sink = await startHttpSink();
  signalbox = await runSignalbox();
}, 30_000);
afterAll(async () => {
  await signalbox.stop();
  await sink.close();
});

const publish = (body: unknown, headers: Record<string, string>) =>
  request(`${signalbox.url}/v1/events`, {
    method: 'POST',
    apiKey: signalbox.apiKey,
    headers,
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
const structured = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };
const batch = { 'content-type': 'application/cloudevents-batch+json' };
const cloudEvent = (overrides: object = {}) => ({
  specversion: '1.0',
  id: randomUUID(),
  source: '/shop/orders',
  type: 'order.paid',
  ...overrides,
});
const idsOf = (answer: { json: <T>() => T }) => answer.json<Published>().events.map(({ id }) => id);
const read = (id: string) => signalbox.api.get<TestEvent>(`/v1/events/${id}`);

describe('a published CloudEvent', () => {
  it('is taken in structured mode, with all its attributes', async () => {
    const sent = cloudEvent({
      subject: 'order 17',
      time: '2026-01-02T03:04:05.678Z',
      data: { amount: 12.5 },
      myextension: 'kept',
    });
    const answer = await publish(sent, structured);
    expect(answer.status).toBe(202);
    expect(answer.json<Published>().events).toMatchObject([
      { cloudEventId: sent.id, duplicate: false },
    ]);
    expect(await read(idsOf(answer)[0] ?? '')).toMatchObject({
      type: 'order.paid',
      source: '/shop/orders',
      subject: 'order 17',
      time: '2026-01-02T03:04:05.678Z',
      data: { amount: 12.5 },
      timeline: [{ kind: 'event-published' }],
    });
  });

  it('is taken in binary mode, with any bytes as its data', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x0a]);
    const answer = await publish(bytes, {
      'content-type': 'image/x-noise',
      'ce-specversion': '1.0',
      'ce-id': randomUUID(),
      'ce-source': '/camera',
      'ce-type': 'picture.taken',
      'ce-subject': 'caf%C3%A9',
    });
    expect(answer.status).toBe(202);
    const [id = ''] = idsOf(answer);
    expect(await read(id)).toMatchObject({
      type: 'picture.taken',
      subject: 'café',
      dataBase64: bytes.toString('base64'),
    });
    const payload = await request(`${signalbox.url}/v1/events/${id}/payload`, {
      apiKey: signalbox.apiKey,
    });
    expect(payload.headers.get('content-type')).toBe('image/x-noise');
    expect(payload.bytes.equals(bytes)).toBe(true);
  });

  it('is taken in a batch, in the order of the batch', async () => {
    const sent = [cloudEvent({ data: 1 }), cloudEvent({ data: 2 }), cloudEvent({ data: 3 })];
    const answer = await publish(sent, batch);
    expect(answer.status).toBe(202);
    const events = answer.json<Published>().events;
    expect(events.map(({ cloudEventId }) => cloudEventId)).toEqual(sent.map(({ id }) => id));
    const { items } = await signalbox.api.get<{ items: TestEvent[] }>('/v1/events?limit=3');
    expect(items.map(({ id }) => id)).toEqual(events.map(({ id }) => id).reverse());
  });

  it('is one event however often it is published, unless its source differs', async () => {
    const sent = cloudEvent();
    const first = (await publish(sent, structured)).json<Published>().events[0];
    const second = (await publish(sent, structured)).json<Published>().events[0];
    const other = await publish({ ...sent, source: '/elsewhere' }, structured);
    expect(second).toEqual({ ...first, duplicate: true });
    expect(other.json<Published>().events[0]?.duplicate).toBe(false);
  });

  it('meets the rules: by its source and the beginning of its type', async () => {
    const endpoint = await makeEndpoint(signalbox.api, `${sink.url}/published`);
    const match = { types: ['invoice.*'], sources: ['/billing'] };
    await makeRule(signalbox.api, [deliverTo(endpoint)], { match });
    const sent = [
      cloudEvent({ source: '/billing', type: 'invoice.sent', data: { number: 1 } }),
      cloudEvent({ source: '/billing', type: 'receipt.sent' }),
      cloudEvent({ source: '/billing/eu', type: 'invoice.sent' }),
    ];
    const settled = await Promise.all(
      idsOf(await publish(sent, batch)).map((id) => settledEvent(signalbox.api, id)),
    );
    expect(settled.map((event) => entriesOf(event, 'delivery').length)).toEqual([1, 0, 0]);
    const [request] = sink.taken.filter(({ path }) => path === '/published');
    expect(JSON.parse(String(request?.body))).toMatchObject({
      type: 'invoice.sent',
      source: '/billing',
      data: { number: 1 },
    });
  });
});

describe('what is no CloudEvent', () => {
  it.each<[string, unknown, Record<string, string>, string[]]>([
    ['without what every event has', { specversion: '1.0' }, structured, ['id', 'source', 'type']],
    ['of another version', cloudEvent({ specversion: '0.3' }), structured, ['specversion']],
    ['with a bad time', cloudEvent({ time: 'noon' }), structured, ['time']],
    ['with data twice', cloudEvent({ data: 1, data_base64: 'AA==' }), structured, ['data_base64']],
    ['in a batch', [cloudEvent(), cloudEvent({ type: '' })], batch, ['1.type']],
    ['that is a list', [cloudEvent()], structured, ['']],
  ])('is refused with the paths of its faults: %s', async (_what, body, headers, paths) => {
    const answer = await publish(body, headers);
    expect(answer.status).toBe(400);
    const { fields } = expectProblem(answer, 'event-processing.invalid-cloud-event');
    expect(fields?.map(({ path }) => path).sort()).toEqual(paths);
  });

  it.each([
    ['JSON that is open', '{', structured],
    ['a batch of none', '[]', batch],
    ['nothing at all', '', { 'content-type': 'text/plain' }],
    ['another format of CloudEvents', '<e/>', { 'content-type': 'application/cloudevents+xml' }],
  ])('is refused: %s', async (_what, body, headers) => {
    const answer = await publish(body, headers);
    expect(answer.status).toBe(400);
    expectProblem(answer, 'event-processing.invalid-cloud-event');
  });

  it('is not stored in part: a batch with one fault leaves no event', async () => {
    const good = cloudEvent({ source: '/partly' });
    await publish([good, cloudEvent({ type: '' })], batch);
    const page = await signalbox.api.get<{ items: unknown[] }>('/v1/events?source=/partly');
    expect(page.items).toEqual([]);
  });
});
