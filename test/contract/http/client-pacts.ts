import { Matchers } from '@pact-foundation/pact';
import { sendSample } from '../../../tools/cli/send-sample.ts';
import { ApiClient, ApiProblem } from '../../../tools/support/api-client.ts';
import { fromState, type HttpPact } from './http-pact.ts';

const { eachLike, equal, integer, string, uuid } = Matchers;

const json = { 'Content-Type': 'application/json' };
const authorized = { Authorization: 'Bearer the key of the pact', ...json };
const clientOf = (url: string) => new ApiClient(url, 'the key of the pact');

const orderPlaced = {
  specversion: '1.0',
  id: 'order-7',
  type: 'order.placed',
  source: '/shop',
  data: { total: 7 },
};
/** What `send-sample` sends. */
const sample = { zen: string('Keep it logically awesome.'), sent: uuid() };

/** Requests of our API client that no command of the CLI makes. */
const apiClientPacts: readonly Omit<HttpPact, 'consumer'>[] = [
  {
    title: 'makes an API key',
    state: 'a running program',
    method: 'POST',
    path: '/v1/api-keys',
    headers: authorized,
    body: { name: 'ci', scope: 'viewer', tenant: 'default' },
    status: 201,
    reads: { id: string('key_1'), scope: equal('viewer'), value: string('sbx_1_2') },
    async use(url) {
      const body = { name: 'ci', scope: 'viewer', tenant: 'default' };
      const key = await clientOf(url).post<{ value: string }>('/v1/api-keys', body);
      expect(key.value).toBe('sbx_1_2');
    },
  },
  {
    title: 'lists API keys',
    state: 'an API key',
    method: 'GET',
    path: '/v1/api-keys',
    headers: authorized,
    status: 200,
    reads: { items: eachLike({ id: string('key_1'), name: string('ci') }) },
    async use(url) {
      const { items } = await clientOf(url).get<{ items: { id: string }[] }>('/v1/api-keys');
      expect(items).toMatchObject([{ id: 'key_1' }]);
    },
  },
  {
    title: 'revokes an API key',
    state: 'an API key',
    method: 'DELETE',
    path: fromState('keyId', 'key_1', '/v1/api-keys/'),
    headers: authorized,
    status: 204,
    async use(url) {
      expect(await clientOf(url).call('DELETE', '/v1/api-keys/key_1')).toBeUndefined();
    },
  },
  {
    title: 'publishes an event',
    state: 'a running program',
    method: 'POST',
    path: '/v1/events',
    headers: authorized,
    body: orderPlaced,
    status: 202,
    reads: { events: eachLike({ id: string('evt_1'), cloudEventId: string('order-7') }) },
    async use(url) {
      const answer = await clientOf(url).post('/v1/events', orderPlaced);
      expect(answer).toEqual({ events: [{ id: 'evt_1', cloudEventId: 'order-7' }] });
    },
  },
  {
    title: 'calls with a key that there is not',
    state: 'a running program',
    method: 'GET',
    path: '/v1/sources',
    headers: { Authorization: 'Bearer wrong', ...json },
    status: 401,
    contentType: 'application/problem+json',
    reads: { code: equal('auth.invalid-key'), status: integer(401) },
    async use(url) {
      const answer = new ApiClient(url, 'wrong').get('/v1/sources');
      await expect(answer).rejects.toBeInstanceOf(ApiProblem);
      await expect(answer).rejects.toMatchObject({ status: 401 });
    },
  },
];

/** What senders of webhooks get to see. */
const webhookSenderPacts: readonly Omit<HttpPact, 'consumer'>[] = [
  {
    title: 'sends a signed webhook',
    state: 'a source',
    method: 'POST',
    path: fromState('hooksPath', '/hooks/b'),
    headers: { ...json, 'X-GitHub-Event': 'push' },
    body: sample,
    status: 202,
    reads: { webhookId: string('whk_1'), eventId: string('evt_1') },
    async use(url) {
      const { text } = await send(`${url}/hooks/b`);
      expect(text).toContain('Stored as whk_1.');
      expect(text).toContain('events show evt_1');
    },
  },
  {
    title: 'sends a webhook to an address that there is not',
    state: 'a running program',
    method: 'POST',
    path: '/hooks/nothing-here',
    headers: { ...json, 'X-GitHub-Event': 'push' },
    body: sample,
    status: 404,
    contentType: 'application/problem+json',
    reads: {
      code: equal('http.not-found'),
      traceId: string('0af7651916cd43dd8448eb211c80319c'),
    },
    async use(url) {
      await expect(send(`${url}/hooks/nothing-here`)).rejects.toMatchObject({ status: 404 });
    },
  },
];

/** Every request of the clients beside the CLI. */
export const clientPacts: readonly HttpPact[] = [
  ...apiClientPacts.map((pact) => ({ ...pact, consumer: 'api-client' as const })),
  ...webhookSenderPacts.map((pact) => ({ ...pact, consumer: 'webhook-sender' as const })),
];

function send(sourceUrl: string) {
  return sendSample.run({
    url: '',
    api: () => clientOf(''),
    values: [sourceUrl, 'secret'],
    options: { json: false, help: false, type: 'push' },
  });
}
