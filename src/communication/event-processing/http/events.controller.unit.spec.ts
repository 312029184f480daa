import {
  startEventProcessing,
  type EventProcessingView,
} from '../../../../test/support/event-processing-app.js';
import { expectProblem } from '../../../../test/support/request.js';

describe('published events', () => {
  let box: Awaited<ReturnType<typeof startEventProcessing>>;
  beforeAll(async () => {
    box = await startEventProcessing();
  });
  afterAll(() => box.close());

  it('are stored once, however often they are sent', async () => {
    const event = { specversion: '1.0', source: '/shop', type: 'order.paid', id: 'o1' };
    const batch = await box.publish([event, { ...event, id: 'o2' }, event]);
    expect(batch.status).toBe(202);
    const { events } = batch.json<{ events: { id: string }[] }>();
    expect(events).toEqual([
      { id: expect.stringMatching(/^evt_/), cloudEventId: 'o1', duplicate: false },
      { id: expect.stringMatching(/^evt_/), cloudEventId: 'o2', duplicate: false },
      { id: events[0]!.id, cloudEventId: 'o1', duplicate: true },
    ]);
    const again = await box.publish(event);
    expect(again.json()).toEqual({
      events: [{ id: events[0]!.id, cloudEventId: 'o1', duplicate: true }],
    });
    expectProblem(
      await box.publish({ ...event, type: '' }),
      'event-processing.invalid-cloud-event',
    );
  });

  it('are shown as CloudEvents with their data', async () => {
    const id = await box.publishOne({
      id: 'v1',
      type: 'order.paid',
      subject: 'order 7',
      time: '2026-01-02T03:04:05Z',
      data: { total: 12 },
      region: 'eu',
    });
    const view = (await box.call(`/events/${id}`)).json<EventProcessingView>();
    expect(view).toMatchObject({
      id,
      type: 'order.paid',
      source: '/shop',
      subject: 'order 7',
      time: '2026-01-02T03:04:05.000Z',
      name: 'communication.event-published',
      version: 1,
      contentType: 'application/json',
      payloadBytes: 12,
      data: { total: 12 },
      attributes: { cloudEventId: 'v1', extensions: { region: 'eu' } },
    });
    expect(view['traceId']).toMatch(/^[0-9a-f]{32}$/);
    expect(view['causationId']).toBeNull();
    expectProblem(await box.call('/events/evt_x'), 'event-processing.event-not-found');
  });

  it('show other data as Base64, large data not, and no data as nothing', async () => {
    const binary = await box.publishOne({ id: 'b1', data_base64: 'AAEC' });
    expect((await box.call(`/events/${binary}`)).json<EventProcessingView>()['dataBase64']).toBe(
      'AAEC',
    );
    const large = await box.publishOne({ id: 'b2', data: 'x'.repeat(300_000) });
    const omitted = (await box.call(`/events/${large}`)).json<EventProcessingView>();
    expect(omitted['dataOmitted']).toBe('it has 300002 bytes');
    const empty = (
      await box.call(`/events/${await box.publishOne({ id: 'b3' })}`)
    ).json<EventProcessingView>();
    expect(empty).toMatchObject({ payloadBytes: null, contentType: null });
    expect(Object.keys(empty).filter((key) => key.startsWith('data'))).toEqual([]);
  });

  it('give back their exact bytes, as a download that no browser runs', async () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': 'h1',
      'ce-source': '/web',
      'ce-type': 'h',
    };
    const made = await box.publish('<b> ä', { ...headers, 'content-type': 'text/html' });
    const { id } = made.json<{ events: { id: string }[] }>().events[0]!;
    const payload = await box.call(`/events/${id}/payload`);
    expect(payload.text).toBe('<b> ä');
    expect(payload.headers.get('content-type')).toBe('text/html');
    expect(payload.headers.get('content-disposition')).toBe('attachment');
    expect(payload.headers.get('x-content-type-options')).toBe('nosniff');

    const odd = await box.publishOne({ id: 'h2', datacontenttype: 'tëxt', data: 'x' });
    const untyped = await box.call(`/events/${odd}/payload`);
    expect(untyped.headers.get('content-type')).toBe('application/octet-stream');
    const none = await box.call(`/events/${await box.publishOne({ id: 'h3' })}/payload`);
    expect(none.bytes).toHaveLength(0);
    expectProblem(await box.call('/events/evt_x/payload'), 'event-processing.event-not-found');
  });

  it('are listed newest first, by filters and in pages', async () => {
    const ids: string[] = [];
    for (const id of ['l1', 'l2', 'l3']) {
      ids.unshift(await box.publishOne({ id, source: '/list', type: `list.${id}` }));
    }
    const list = async (query: string) =>
      (await box.call(`/events?source=/list${query}`)).json<{
        items: EventProcessingView[];
        next: string | null;
      }>();
    const idsOf = async (query: string) => (await list(query)).items.map(({ id }) => id);

    expect(await idsOf('')).toEqual(ids);
    expect(await idsOf('&type=list.l2')).toEqual([ids[1]]);
    const first = await list('&limit=2');
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(await idsOf(`&limit=2&cursor=${first.next}`)).toEqual([ids[2]]);
    expect(await idsOf('&occurredBefore=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await idsOf('&occurredFrom=2020-01-01T00:00:00%2B01:00')).toEqual(ids);
    const correlationId = String(first.items[0]!['correlationId']);
    expect(await idsOf(`&correlationId=${correlationId}`)).toEqual([ids[0]]);
    const foreign = Buffer.from('"text"').toString('base64url');
    expect(await idsOf(`&cursor=${foreign}`)).toEqual([]);
    expectProblem(await box.call('/events?derived=maybe'), 'http.invalid-request');
  });

  it('keeps tenants apart', async () => {
    const { id } = await box.makeRule({ name: 'mine' });
    const eventId = await box.publishOne({ id: 'tenant1' });
    const headers = { 'signalbox-tenant': 'other' };
    expectProblem(await box.call(`/rules/${id}`, { headers }), 'event-processing.rule-not-found');
    expectProblem(
      await box.call(`/events/${eventId}`, { headers }),
      'event-processing.event-not-found',
    );
    expect((await box.call('/events', { headers })).json()).toEqual({ items: [], next: null });
    await box.call(`/rules/${id}`, { method: 'DELETE' });
  });
});
