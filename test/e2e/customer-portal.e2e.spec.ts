import { Webhook } from 'standardwebhooks';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { makeApiKey } from '../support/factories.ts';
import {
  callerOf,
  deliveriesOf,
  makePortalEndpoint,
  makePortalToken,
  type PortalCall,
  type PortalEndpoint,
  type PortalToken,
  publishIn,
} from '../support/portal.ts';
import { expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

const origin = 'https://app.example.com';
let signalbox: TestSignalbox;
let sink: HttpSink;

beforeAll(async () => {
  sink = await startHttpSink();
  const settings = { PORTAL_ORIGINS: origin, PORTAL_ENDPOINTS_MAX: '3' };
  signalbox = await runSignalbox({ settings });
}, 30_000);
afterAll(async () => {
  await signalbox.stop();
  await sink.close();
});

const makeToken = (tenant: string, overrides: object = {}) =>
  makePortalToken(signalbox, tenant, overrides);
const portalOf = (token: PortalToken) => callerOf(signalbox, token);
const makeEndpoint = (portal: PortalCall, path: string, overrides: object = {}) =>
  makePortalEndpoint(portal, `${sink.url}${path}`, overrides);
const publish = (tenant: string, type?: string) => publishIn(signalbox, tenant, type);
const takenAt = (path: string) => sink.taken.filter((one) => one.path === path);

describe('a customer', () => {
  it('makes an endpoint, gets what it chose, signed with the secret shown once', async () => {
    const portal = portalOf(await makeToken('customer'));
    const endpoint = await makeEndpoint(portal, '/chosen');
    expect(endpoint).toMatchObject({ name: 'Mine', state: 'enabled', eventTypes: ['order.*'] });
    const secret = endpoint.secrets[0]?.value ?? '';
    const read = await portal('GET', `/endpoints/${endpoint.id}`);
    expect(read.text).not.toContain('whsec_');
    expect(read.headers.get('etag')).toBe('"1"');

    const eventId = await publish('customer');
    await publish('customer', 'invoice.paid');
    const [taken] = await waitFor('the delivery', () => {
      const all = takenAt('/chosen');
      return all.length > 0 && all;
    });
    expect(taken?.headers['webhook-id']).toBe(eventId);
    new Webhook(secret).verify(
      taken?.body.toString() ?? '',
      taken?.headers as Record<string, string>,
    );
    const types = (await portal('GET', '/event-types')).json<{ items: { type: string }[] }>();
    expect(types.items.map(({ type }) => type)).toEqual(['invoice.paid', 'order.paid']);
    const [delivery] = await waitFor('its end', async () => {
      const all = await deliveriesOf(portal, `endpointId=${endpoint.id}&state=delivered`);
      return all.length === 1 && all;
    });
    const whole = (await portal('GET', `/deliveries/${delivery?.id}`)).json();
    expect(whole).toMatchObject({ eventId, attempts: [{ status: 200 }] });
  });

  it('tests it, rotates its secret, changes and deletes it', async () => {
    const portal = portalOf(await makeToken('changer'));
    const { id, secrets } = await makeEndpoint(portal, '/tested', { eventTypes: [] });
    const path = `/endpoints/${id}`;
    const added = (await portal('POST', `${path}/secrets`)).json<{ value: string }>();
    const listed = (await portal('GET', `${path}/secrets`)).json<{ items: object[] }>();
    expect(listed.items).toHaveLength(2);
    expect(JSON.stringify(listed)).not.toContain('whsec_');
    expect((await portal('DELETE', `${path}/secrets/${secrets[0]?.id}`)).status).toBe(204);

    const test = await portal('POST', `${path}/test`);
    expect(test.status).toBe(202);
    const [taken] = await waitFor('the test', () => {
      const all = takenAt('/tested');
      return all.length > 0 && all;
    });
    const body = taken?.body.toString() ?? '';
    new Webhook(added.value).verify(body, taken?.headers as Record<string, string>);
    expect(JSON.parse(body)).toMatchObject({ type: 'signalbox.test', data: { endpointId: id } });
    expect(taken?.headers['webhook-id']).toBe(test.json<{ eventId: string }>().eventId);

    const change = { name: 'Other', eventTypes: ['a', 'b.*'], state: 'disabled' };
    const changed = await portal('PATCH', path, change, { 'if-match': '"3"' });
    expect(changed.json()).toMatchObject(change);
    const stale = await portal('PATCH', path, change, { 'if-match': '"3"' });
    expectProblem(stale, 'http.precondition-failed');
    expectProblem(await portal('PATCH', path, { timeoutMs: 1_000 }), 'http.invalid-request');
    expect((await portal('DELETE', path)).status).toBe(204);
    expectProblem(await portal('GET', path), 'deliveries.endpoint-not-found');
    const rules = await request(`${signalbox.url}/v1/rules`, {
      apiKey: signalbox.apiKey,
      headers: { 'signalbox-tenant': 'changer' },
    });
    expect(rules.json<{ items: object[] }>().items).toEqual([]);
  });

  it('retries one delivery and replays from a time', async () => {
    const portal = portalOf(await makeToken('repeater'));
    const eventId = await publish('repeater');
    const { id } = await makeEndpoint(portal, '/replayed');
    const body = { from: '2020-01-01T00:00:00Z' };
    const plan = await portal('POST', `/endpoints/${id}/replay`, { ...body, dryRun: true });
    expect(plan.json()).toEqual({ dryRun: true, selected: 1, matched: 1 });
    const begun = await portal('POST', `/endpoints/${id}/replay`, body);
    expect(begun.status).toBe(202);
    const replayPath = `/replays/${begun.json<{ id: string }>().id}`;
    await waitFor('the replay', async () => {
      const replay = (await portal('GET', replayPath)).json<{ state: string }>();
      return replay.state === 'done';
    });
    const [delivery] = await waitFor('the delivery', async () => {
      const all = await deliveriesOf(portal, `eventId=${eventId}&state=delivered`);
      return all.length === 1 && all;
    });
    expect((await portal('POST', `/deliveries/${delivery?.id}/retry`)).status).toBe(202);
    await waitFor('both', () => takenAt('/replayed').length === 2);
  });

  it('has as many endpoints as the operator lets it have', async () => {
    const portal = portalOf(await makeToken('many'));
    for (const path of ['/1', '/2', '/3']) await makeEndpoint(portal, path);
    const body = { name: 'Mine', url: sink.url };
    const refused = await portal('POST', '/endpoints', body);
    expectProblem(refused, 'deliveries.too-many-endpoints');
    const first = await portal('GET', '/endpoints?limit=2');
    const { items, next } = first.json<{ items: PortalEndpoint[]; next: string }>();
    const second = await portal('GET', `/endpoints?limit=2&cursor=${next}`);
    expect(items).toHaveLength(2);
    expect(second.json()).toMatchObject({ items: [{ eventTypes: ['order.*'] }], next: null });
  });

  it('cannot reach our own network, nor repeat a request by accident', async () => {
    const portal = portalOf(await makeToken('careful'));
    const inside = { name: 'x', url: 'http://169.254.169.254/latest' };
    const refused = await portal('POST', '/endpoints', inside);
    expectProblem(refused, 'deliveries.endpoint-url-refused');
    const body = { name: 'Mine', url: sink.url };
    const key = { 'idempotency-key': 'once' };
    const one = await portal('POST', '/endpoints', body, key);
    const two = await portal('POST', '/endpoints', body, key);
    expect(two.text).toBe(one.text);
    // Another token of the tenant is somebody else.
    const other = portalOf(await makeToken('careful'));
    expect((await other('POST', '/endpoints', body, key)).text).not.toBe(one.text);
  });
});

describe('a portal token', () => {
  it('is for what it was made for, as long as it lasts', async () => {
    const { url, apiKey, api } = signalbox;
    const all = portalOf(await makeToken('limits'));
    const mine = await makeEndpoint(all, '/mine');
    const other = await makeEndpoint(all, '/other');
    const limited = portalOf(await makeToken('limits', { endpoints: [mine.id] }));
    await publish('limits');
    await waitFor('both', async () => (await deliveriesOf(all)).length === 2);
    const { items } = (await limited('GET', '/endpoints')).json<{ items: PortalEndpoint[] }>();
    expect(items.map(({ id }) => id)).toEqual([mine.id]);
    const deliveries = await deliveriesOf(limited);
    expect(deliveries.map(({ endpointId }) => endpointId)).toEqual([mine.id]);
    const created = await limited('POST', '/endpoints', { name: 'x', url: sink.url });
    expectProblem(created, 'auth.portal-permission-missing');
    const foreign = (await deliveriesOf(all)).find(({ endpointId }) => endpointId === other.id);
    const hidden = await limited('GET', `/deliveries/${foreign?.id}`);
    expectProblem(hidden, 'deliveries.delivery-not-found');

    const reader = portalOf(await makeToken('limits', { permissions: ['read'] }));
    const test = await reader('POST', `/endpoints/${mine.id}/test`);
    expectProblem(test, 'auth.portal-permission-missing');
    const token = await makeToken('limits');
    const elsewhere = await request(`${url}/v1/endpoints`, { apiKey: token.value });
    expectProblem(elsewhere, 'auth.invalid-key');
    const byKey = await request(`${url}/v1/portal/endpoints`, { apiKey });
    expectProblem(byKey, 'auth.invalid-portal-token');
    const missing = await request(`${url}/v1/portal/endpoints`);
    expectProblem(missing, 'auth.missing-key');

    const revoke = () =>
      request(`${url}/v1/portal/tokens/${token.id}`, {
        method: 'DELETE',
        apiKey,
        headers: { 'signalbox-tenant': 'limits' },
      });
    expect((await portalOf(token)('GET', '/endpoints')).status).toBe(200);
    expect((await revoke()).status).toBe(204);
    expectProblem(await revoke(), 'auth.portal-token-not-found');
    const late = await portalOf(token)('GET', '/endpoints');
    expectProblem(late, 'auth.invalid-portal-token');

    const acme = await makeApiKey(api, 'operator', 'acme');
    const make = (key: string, body: object) =>
      request(`${url}/v1/portal/tokens`, { method: 'POST', apiKey: key, body });
    expectProblem(await make(acme, { tenant: 'limits' }), 'auth.tenant-forbidden');
    expect((await make(acme, {})).json()).toMatchObject({ tenant: 'acme', endpoints: 'all' });
    expectProblem(await make(apiKey, { ttlMinutes: 1_441 }), 'http.invalid-request');
    const list = await request(`${url}/v1/portal/tokens`, { apiKey: acme });
    expect(list.json<{ items: object[] }>().items).toHaveLength(1);
    expect(list.text).not.toContain('sbp_');
  });

  it('lets a page call from the origins that are allowed, and from no other', async () => {
    const portal = portalOf(await makeToken('pages'));
    const preflight = { 'access-control-request-method': 'POST' };
    const asked = await portal('OPTIONS', '/endpoints', undefined, { ...preflight, origin });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
    expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
    const answer = await portal('GET', '/endpoints', undefined, { origin });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    const refused = await portal('GET', '/endpoints/end_0', undefined, { origin });
    expectProblem(refused, 'deliveries.endpoint-not-found');
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
    const evil = { origin: 'https://app.example.com.evil.test' };
    const other = await portal('GET', '/endpoints', undefined, evil);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    const blocked = await portal('OPTIONS', '/endpoints', undefined, { ...preflight, ...evil });
    expect([blocked.status, blocked.headers.get('access-control-allow-origin')]).toEqual([
      405,
      null,
    ]);
    const tokens = await request(`${signalbox.url}/v1/endpoints`, { headers: { origin } });
    expect(tokens.headers.get('access-control-allow-origin')).toBeNull();
  });
});
