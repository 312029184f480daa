import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Store } from '#shared-kernel/persistence/store.js';
import {
  type DeliveriesApp,
  deliverTo,
  publishedEvent,
  ruleMatched,
  startDeliveriesApp,
} from '../../../../test/support/deliveries-app.ts';
import { expectProblem } from '../../../../test/support/request.ts';
import { waitFor } from '../../../../tools/support/wait-for.ts';
import { ChangeEndpoint } from '../commands/change-endpoint.js';
import { DeliveriesOfEvent } from '../contracts/deliveries-of-event.query.js';
import { EndpointExists } from '../contracts/endpoint-exists.query.js';
import { EventSender } from '../domain/event-sender.js';
import type { SendOutcome } from '../domain/judge-outcome.js';

class AcceptingSender extends EventSender {
  async send(): Promise<SendOutcome> {
    return { kind: 'answered', status: 200, retryAfter: null, bodyStart: 'ok', durationMs: 1 };
  }
}

interface EndpointView {
  readonly id: string;
  readonly secrets: readonly { readonly id: string; readonly value?: string }[];
}

let signalbox: DeliveriesApp;
beforeAll(async () => {
  signalbox = await startDeliveriesApp({ sender: new AcceptingSender() });
});
afterAll(() => signalbox.close());

const call: DeliveriesApp['call'] = (...request) => signalbox.call(...request);
const url = 'https://example.com/hook';
const givenSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const newEndpoint = async (overrides: object = {}) => {
  const answer = await call('POST', '/v1/endpoints', { name: 'orders', url, ...overrides });
  expect(answer.status).toBe(201);
  return answer.json<EndpointView>();
};

describe('POST /v1/endpoints', () => {
  it('answers with defaults, an ETag, its address and a secret that is shown this once', async () => {
    const answer = await call('POST', '/v1/endpoints', { name: 'orders', url });
    const endpoint = answer.json<EndpointView>();
    expect(answer.headers.get('location')).toBe(`/v1/endpoints/${endpoint.id}`);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(endpoint).toMatchObject({
      name: 'orders',
      url,
      state: 'enabled',
      disabledReason: null,
      payloadFormat: 'cloudevents',
      retryPolicy: { triesMax: 8 },
      timeoutMs: 15_000,
      secrets: [{ value: expect.stringMatching(/^whsec_/) }],
    });
    const read = await call('GET', `/v1/endpoints/${endpoint.id}`);
    expect(read.text).not.toContain('whsec_');
    expect(read.headers.get('etag')).toBe('"1"');
  });

  it('takes a secret, shows it never again, and does not store it in the clear', async () => {
    const endpoint = await newEndpoint({ secret: givenSecret });
    expect(endpoint.secrets[0]).not.toHaveProperty('value');
    const statement = {
      sql: 'SELECT secrets FROM endpoint WHERE id = ?',
      parameters: [endpoint.id],
    };
    const row = await signalbox.app.get(Store).find(statement);
    expect(row?.['secrets']).not.toContain(givenSecret.slice(6));
  });

  it.each([
    [{ url: 'http://169.254.169.254/latest' }, 'deliveries.endpoint-url-refused'],
    [{ secret: 'whsec_short' }, 'deliveries.secret-invalid'],
    [{ timeoutMs: 1 }, 'http.invalid-request'],
    [{ retryPolicy: { triesMax: 99 } }, 'http.invalid-request'],
    [{ colour: 'blue' }, 'http.invalid-request'],
  ])('refuses %j', async (overrides, code) => {
    expectProblem(await call('POST', '/v1/endpoints', { name: 'o', url, ...overrides }), code);
  });
});

describe('GET /v1/endpoints', () => {
  it('lists page by page, each tenant its own', async () => {
    const headers = { 'signalbox-tenant': 'acme' };
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      const made = await call('POST', '/v1/endpoints', { name, url }, headers);
      ids.push(made.json<EndpointView>().id);
    }
    const read = async (path: string) =>
      (await call('GET', path, undefined, headers)).json<{ items: EndpointView[]; next: string }>();
    const first = await read('/v1/endpoints?limit=2');
    const second = await read(`/v1/endpoints?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.next).toBeNull();
    expectProblem(await call('GET', `/v1/endpoints/${ids[0]}`), 'deliveries.endpoint-not-found');
  });
});

describe('PATCH /v1/endpoints/{id}', () => {
  it('changes what it names and moves the ETag', async () => {
    const { id } = await newEndpoint();
    const patch = { name: 'bills', retryPolicy: { triesMax: 2 }, state: 'disabled' };
    const answer = await call('PATCH', `/v1/endpoints/${id}`, patch, { 'if-match': '"1"' });
    expect(answer.headers.get('etag')).toBe('"2"');
    expect(answer.json()).toMatchObject({
      name: 'bills',
      retryPolicy: { triesMax: 2, firstDelayMs: 5_000 },
      state: 'disabled',
      disabledReason: 'disabled by hand',
    });
    const stale = await call('PATCH', `/v1/endpoints/${id}`, patch, { 'if-match': '"1"' });
    expectProblem(stale, 'http.precondition-failed');
  });

  it('refuses what contradicts itself, and an endpoint that is not there', async () => {
    const { id } = await newEndpoint();
    const patch = { retryPolicy: { firstDelayMs: 60_000, delayMaxMs: 1_000 } };
    const refused = await call('PATCH', `/v1/endpoints/${id}`, patch);
    expect(expectProblem(refused, 'deliveries.retry-policy-invalid').fields).toHaveLength(1);
    const missing = await call('PATCH', '/v1/endpoints/end_0', { name: 'x' });
    expectProblem(missing, 'deliveries.endpoint-not-found');
  });

  it('is a conflict when the endpoint changed after its ETag was compared', async () => {
    const { id } = await newEndpoint();
    const input = { tenant: 'default', id, patch: { name: 'x' }, revision: 7 };
    await expect(signalbox.app.get(CommandBus).execute(new ChangeEndpoint(input))).rejects.toThrow(
      expect.objectContaining({ code: 'storage.conflict' }),
    );
  });
});

describe('the secrets of an endpoint', () => {
  it('rotate: one is added, the old one removed, the last one stays', async () => {
    const { id, secrets } = await newEndpoint();
    const path = `/v1/endpoints/${id}/secrets`;
    const made = await call('POST', path, {});
    expect(made.json()).toMatchObject({ value: expect.stringMatching(/^whsec_/) });
    const given = await call('POST', path, { value: givenSecret });
    expect(given.json()).not.toHaveProperty('value');
    for (const secret of [secrets[0]?.id, made.json<{ id: string }>().id]) {
      expect((await call('DELETE', `${path}/${secret}`)).status).toBe(204);
    }
    const last = given.json<{ id: string }>().id;
    expectProblem(await call('DELETE', `${path}/${last}`), 'deliveries.last-secret');
    expectProblem(await call('DELETE', `${path}/sec_0`), 'deliveries.secret-not-found');
    const none = '/v1/endpoints/end_0/secrets';
    expectProblem(await call('POST', none, {}), 'deliveries.endpoint-not-found');
    expectProblem(await call('DELETE', `${none}/sec_0`), 'deliveries.endpoint-not-found');
  });
});

describe('DELETE /v1/endpoints/{id}', () => {
  it('removes it once', async () => {
    const { id } = await newEndpoint();
    const exists = new EndpointExists({ tenant: 'default', endpointId: id });
    const queries = signalbox.app.get(QueryBus);
    expect(await queries.execute(exists)).toBe(true);
    expect((await call('DELETE', `/v1/endpoints/${id}`)).status).toBe(204);
    expect(await queries.execute(exists)).toBe(false);
    expectProblem(await call('DELETE', `/v1/endpoints/${id}`), 'deliveries.endpoint-not-found');
  });
});

describe('deliveries', () => {
  const publish = async (...endpointIds: string[]) => {
    const event = publishedEvent();
    const matched = ruleMatched(event.id ?? '', deliverTo(...endpointIds));
    await signalbox.log.commit({ events: [event, matched] });
    return event.id ?? '';
  };
  const list = async (query: string) =>
    (await call('GET', `/v1/deliveries?${query}`)).json<{
      items: { id: string; endpointId: string; state: string }[];
      next: string | null;
    }>();

  it('are listed newest first, by endpoint, event and state, page by page', async () => {
    const { id: one } = await newEndpoint();
    const { id: two } = await newEndpoint();
    const eventId = await publish(one, two);
    await publish(one);
    const delivered = `endpointId=${one}&state=delivered`;
    await waitFor('both deliveries', async () => (await list(delivered)).items.length === 2);
    const first = await list(`${delivered}&limit=1`);
    const second = await list(`${delivered}&limit=1&cursor=${first.next}`);
    expect(second.next).toBeNull();
    expect((first.items[0]?.id ?? '') > (second.items[0]?.id ?? '')).toBe(true);
    const ofEvent = await list(`eventId=${eventId}`);
    expect(ofEvent.items.map(({ endpointId }) => endpointId).sort()).toEqual([one, two].sort());
    expect((await list(`endpointId=${one}&state=exhausted`)).items).toEqual([]);
  });

  it('are told to others with their attempts, oldest first', async () => {
    const { id } = await newEndpoint();
    const eventId = await publish(id);
    await waitFor(
      'the end',
      async () => (await list(`eventId=${eventId}&state=delivered`)).items[0],
    );
    const query = new DeliveriesOfEvent({ tenant: 'default', eventId });
    expect(await signalbox.app.get(QueryBus).execute(query)).toMatchObject([
      { endpointId: id, state: 'delivered', dueAtMs: null, attempts: [{ status: 200 }] },
    ]);
  });

  it('are not there under another id, and not retried while they are due', async () => {
    expectProblem(await call('GET', '/v1/deliveries/dlv_0'), 'deliveries.delivery-not-found');
    const retry = await call('POST', '/v1/deliveries/dlv_0/retry');
    expectProblem(retry, 'deliveries.delivery-not-found');
  });
});
