import { makeApiKey, makeSource, sourceSecret, type TestSource } from '../support/factories.ts';
import { expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { signedWebhook } from '../support/signed-webhooks.ts';

interface Webhook {
  readonly id: string;
  readonly sourceId: string;
  readonly eventType: string;
  readonly deliveryId: string;
  readonly receivedAt: string;
}
interface Page {
  readonly items: Webhook[];
  readonly next: string | null;
}

const count = 25;
let signalbox: TestSignalbox;
let source: TestSource;
let other: TestSource;

beforeAll(async () => {
  signalbox = await runSignalbox();
  source = await makeSource(signalbox.api, 'stripe');
  other = await makeSource(signalbox.api, 'github');
  for (let number = 0; number < count; number++) {
    const type = number % 5 === 0 ? 'charge.failed' : 'charge.succeeded';
    await send(source, 'stripe', JSON.stringify({ id: `evt_${number}`, type }));
  }
  await send(other, 'github', '{}');
}, 30_000);
afterAll(() => signalbox.stop());

async function send({ hooksPath }: TestSource, provider: 'stripe' | 'github', body: string) {
  const signed = await signedWebhook(provider, { secret: sourceSecret, body });
  const answer = await request(`${signalbox.url}${hooksPath}`, { method: 'POST', ...signed });
  expect(answer.status).toBe(202);
}

const list = (query: string) => signalbox.api.get<Page>(`/v1/webhooks?${query}`);
const get = (path: string, apiKey: string, headers: Readonly<Record<string, string>> = {}) =>
  request(`${signalbox.url}${path}`, { apiKey, headers });

describe('the list of webhooks', () => {
  it('gives every one exactly once over its pages, newest first', async () => {
    const pages: Page[] = [];
    let next: string | null = '';
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const page: Page = await list(`sourceId=${source.id}&limit=10${cursor}`);
      pages.push(page);
      next = page.next;
    }
    expect(pages.map(({ items }) => items.length)).toEqual([10, 10, 5]);
    const seen = pages.flatMap(({ items }) => items.map(({ deliveryId }) => deliveryId));
    expect(seen).toEqual(Array.from({ length: count }, (_, number) => `evt_${count - 1 - number}`));
  });

  it('is narrowed by source, type, delivery id and time', async () => {
    const { items } = await list(`sourceId=${source.id}&eventType=stripe.charge.failed`);
    expect(items.map(({ deliveryId }) => deliveryId)).toEqual([
      'evt_20',
      'evt_15',
      'evt_10',
      'evt_5',
      'evt_0',
    ]);
    expect((await list('deliveryId=evt_7')).items).toMatchObject([{ deliveryId: 'evt_7' }]);
    expect((await list(`sourceId=${other.id}`)).items).toHaveLength(1);

    const [seventh] = (await list('deliveryId=evt_7')).items;
    const at = encodeURIComponent(seventh?.receivedAt ?? '');
    const [from, before] = [await list(`receivedFrom=${at}`), await list(`receivedBefore=${at}`)];
    expect(from.items.length + before.items.length).toBe(count + 1);
    expect(from.items.map(({ deliveryId }) => deliveryId)).toContain('evt_7');
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'cursor=%00', 'receivedFrom=yesterday'])(
    'refuses %s',
    async (query) => {
      const answer = await get(`/v1/webhooks?${query}`, signalbox.apiKey);
      expect(answer.status).toBe(400);
      const { fields } = expectProblem(answer, 'http.invalid-request');
      expect(fields).toMatchObject([{ path: query.split('=')[0] }]);
    },
  );
});

describe('tenants', () => {
  it('do not see each other: lists are empty, and ids are not found', async () => {
    const stranger = await makeApiKey(signalbox.api, 'admin', 'acme');
    for (const kind of ['webhooks', 'sources', 'endpoints', 'rules', 'events', 'deliveries']) {
      expect((await get(`/v1/${kind}`, stranger)).json()).toEqual({ items: [], next: null });
    }
    const [webhook] = (await list('limit=1')).items;
    for (const path of [`/v1/webhooks/${webhook?.id}`, `/v1/webhooks/${webhook?.id}/body`]) {
      expectProblem(await get(path, stranger), 'webhooks.webhook-not-found');
    }
    expectProblem(await get(`/v1/sources/${source.id}`, stranger), 'webhooks.source-not-found');
    const change = { method: 'PATCH', apiKey: stranger, body: { name: 'Mine now' } };
    const changed = await request(`${signalbox.url}/v1/sources/${source.id}`, change);
    expectProblem(changed, 'webhooks.source-not-found');
  });

  it('are chosen by the operator, and by nobody else', async () => {
    const inAcme = { 'signalbox-tenant': 'acme' };
    expect((await get('/v1/webhooks', signalbox.apiKey, inAcme)).json()).toMatchObject({
      items: [],
    });
    const ours = await makeApiKey(signalbox.api, 'viewer', 'default');
    expectProblem(await get('/v1/webhooks', ours, inAcme), 'auth.tenant-forbidden');
  });
});

describe('an API key', () => {
  const source = { name: 'x', provider: 'github' };
  it.each([
    ['viewer', 'GET', '/v1/webhooks', 200],
    ['viewer', 'POST', '/v1/sources', 403],
    ['viewer', 'POST', '/v1/events', 403],
    ['publisher', 'GET', '/v1/webhooks', 403],
    ['publisher', 'POST', '/v1/sources', 403],
    ['operator', 'GET', '/v1/webhooks', 200],
    ['operator', 'POST', '/v1/sources', 201],
    ['operator', 'GET', '/v1/api-keys', 403],
    ['admin', 'GET', '/v1/api-keys', 200],
  ])('with the scope %s gets for %s %s the status %i', async (scope, method, path, status) => {
    const apiKey = await makeApiKey(signalbox.api, scope);
    const body = method === 'POST' ? { body: source } : {};
    const answer = await request(`${signalbox.url}${path}`, { method, apiKey, ...body });
    expect(answer.status).toBe(status);
    if (status === 403) expectProblem(answer, 'auth.insufficient-scope');
  });

  it('is needed, must be whole, and ends when it is revoked', async () => {
    const path = `${signalbox.url}/v1/webhooks`;
    expectProblem(await request(path), 'auth.missing-key');
    expectProblem(await request(path, { apiKey: 'nonsense' }), 'auth.invalid-key');
    const wanted = { name: 'short-lived', scope: 'viewer' };
    const { id, value: apiKey } = await signalbox.api.post<{ id: string; value: string }>(
      '/v1/api-keys',
      wanted,
    );
    const mangled = apiKey.slice(0, -1) + (apiKey.endsWith('A') ? 'B' : 'A');
    expectProblem(await request(path, { apiKey: mangled }), 'auth.invalid-key');

    expect((await request(path, { apiKey })).status).toBe(200);
    await signalbox.api.call('DELETE', `/v1/api-keys/${id}`);
    expectProblem(await request(path, { apiKey }), 'auth.invalid-key');
  });
});
