import { Store } from '#shared-kernel/persistence/store.js';
import { type DeliveriesApp, startDeliveriesApp } from '../../../../test/support/deliveries-app.ts';
import { StoppedClock } from '../../../../test/support/deliveries-app.ts';
import { expectProblem } from '../../../../test/support/request.ts';
import { TestAuthority } from '../../../../test/support/test-certificates.ts';
import { EventSender } from '../domain/event-sender.js';
import type { SendOutcome } from '../domain/judge-outcome.js';

class AcceptingSender extends EventSender {
  async send(): Promise<SendOutcome> {
    return { kind: 'answered', status: 200, retryAfter: null, bodyStart: 'ok', durationMs: 1 };
  }
}

interface Secret {
  readonly id: string;
  readonly kind: string;
  readonly expiresAt: string | null;
  readonly publicKey: string | null;
  readonly value?: string;
}

interface EndpointView {
  readonly id: string;
  readonly secrets: readonly Secret[];
}

const clock = new StoppedClock();
let signalbox: DeliveriesApp;
beforeAll(async () => {
  const env = { OUTBOUND_PROXIES: 'http://me:hush@proxy.internal:3128' };
  signalbox = await startDeliveriesApp({ sender: new AcceptingSender(), clock, env });
});
afterAll(() => signalbox.close());

const call: DeliveriesApp['call'] = (...request) => signalbox.call(...request);
const create = (options: object = {}) =>
  call('POST', '/v1/endpoints', { name: 'o', url: 'https://example.com/', ...options });
const made = async (options: object = {}) => {
  const answer = await create(options);
  expect(answer.status).toBe(201);
  return answer.json<EndpointView & Record<string, unknown>>();
};
const patched = (id: string, patch: object) => call('PATCH', `/v1/endpoints/${id}`, patch);
const storedText = async (id: string) => {
  const statement = { sql: 'SELECT * FROM endpoint WHERE id = ?', parameters: [id] };
  return JSON.stringify(await signalbox.app.get(Store).find(statement));
};

const authority = new TestAuthority();
const client = authority.issue({ name: 'me' });
const auth = {
  kind: 'oauth2-client-credentials',
  tokenUrl: 'https://login.example.com/token',
  clientId: 'me',
  clientSecret: 'hush-hush',
};

describe('the options of an endpoint', () => {
  it('are off when nobody says anything of them', async () => {
    expect(await made()).toMatchObject({
      eventTypes: null,
      headers: {},
      httpSignatures: false,
      tls: null,
      auth: null,
      proxy: null,
      validation: 'none',
      validationState: null,
    });
  });

  it('are shown without anything secret, and stored without it in the clear', async () => {
    const endpoint = await made({
      headers: { 'X-Team': 'orders', 'x-key': { value: 'swordfish', secret: true } },
      tls: {
        ca: authority.certificate,
        clientCertificate: client.certificate,
        clientKey: client.key,
        minVersion: 'TLSv1.3',
      },
      auth,
      proxy: 'http://proxy.internal:3128/',
      validation: 'cloudevents-options',
    });
    expect(endpoint).toMatchObject({
      headers: {
        'x-team': { secret: false, value: 'orders' },
        'x-key': { secret: true, value: null },
      },
      tls: {
        ca: [{ subject: 'CN=Test authority' }],
        clientCertificate: { subject: 'CN=me', expiresAt: expect.stringMatching(/Z$/) },
        minVersion: 'TLSv1.3',
      },
      auth: { clientId: 'me', method: 'client_secret_basic', scope: null, audience: null },
      proxy: 'http://proxy.internal:3128',
      validationState: { state: 'pending', ratePerMinute: null, checkedAt: null },
    });
    const read = await call('GET', `/v1/endpoints/${endpoint.id}`);
    const list = await call('GET', '/v1/endpoints?limit=100');
    const stored = await storedText(endpoint.id);
    const keyLine = client.key.split('\n')[1] ?? '';
    for (const secret of ['swordfish', 'hush', keyLine]) {
      for (const text of [JSON.stringify(endpoint), read.text, list.text, stored]) {
        expect(text).not.toContain(secret);
      }
    }
  });

  it('take credentials for secret although nobody says so', async () => {
    const headers = { Authorization: 'Bearer swordfish', cookie: { value: 'a=swordfish' } };
    const endpoint = await made({ headers });
    expect(endpoint['headers']).toEqual({
      authorization: { secret: true, value: null },
      cookie: { secret: true, value: null },
    });
  });

  it('change one by one, null takes one away', async () => {
    const headers = { a: '1', b: { value: '2', secret: true } };
    const { id } = await made({ eventTypes: ['order.*'], headers, auth });
    const first = await patched(id, { headers: { A: '3', c: '4' }, auth: { scope: 'all' } });
    expect(first.json()).toMatchObject({
      eventTypes: ['order.*'],
      headers: { a: { value: '3' }, b: { secret: true }, c: { value: '4' } },
      auth: { scope: 'all', clientId: 'me' },
    });
    const second = await patched(id, { eventTypes: null, headers: { b: null }, auth: null });
    expect(second.json()).toMatchObject({ eventTypes: null, auth: null });
    expect(Object.keys(second.json<{ headers: object }>().headers)).toEqual(['a', 'c']);
    const third = await patched(id, { headers: null, httpSignatures: true });
    expect(third.json()).toMatchObject({ headers: {}, httpSignatures: true });
  });

  it('keep the key of a certificate until another one comes', async () => {
    const tls = { clientCertificate: client.certificate, clientKey: client.key };
    const { id } = await made({ tls });
    const changed = await patched(id, { tls: { minVersion: 'TLSv1.3' } });
    expect(changed.json()).toMatchObject({ tls: { clientCertificate: { subject: 'CN=me' } } });
    const other = authority.issue({ name: 'other' });
    const wrong = await patched(id, { tls: { clientCertificate: other.certificate } });
    expect(expectProblem(wrong, 'deliveries.option-refused').fields).toEqual([
      { path: 'tls.clientKey', fault: 'does not belong to the certificate' },
    ]);
    expect((await patched(id, { tls: null })).json()).toMatchObject({ tls: null });
  });

  it.each([
    ['host', 'host'],
    ['Transfer-Encoding', 'Transfer-Encoding'],
    ['webhook-id', 'webhook-id'],
    ['content-type', 'content-type'],
    ['ce-type', 'ce-type'],
    ['Proxy-Authorization', 'Proxy-Authorization'],
    ['signature', 'signature'],
    ['traceparent', 'traceparent'],
    ['a b', 'a b'],
    ['', ''],
  ])('do not set the header %j', async (name) => {
    const problem = expectProblem(
      await create({ headers: { [name]: 'x' } }),
      'http.invalid-request',
    );
    expect(problem.fields?.[0]?.path).toContain('headers');
  });

  it.each([
    ['a line break', { a: 'x\r\nb: c' }],
    ['a letter beyond ASCII', { a: 'ä' }],
    ['nothing', { a: '' }],
    ['two names that differ only in case', { a: '1', A: '2' }],
    ['too many headers', Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`x${i}`, 'v']))],
  ])('do not take %s for headers', async (_what, headers) => {
    expectProblem(await create({ headers }), 'http.invalid-request');
  });

  it.each([
    [{ proxy: 'http://other.internal:3128' }, 'proxy'],
    [{ proxy: 'http://proxy.internal:3129' }, 'proxy'],
    [{ headers: { authorization: 'x' }, auth }, 'headers.authorization'],
    [{ tls: { ca: 'no certificate' } }, 'tls.ca'],
    [{ tls: { clientKey: client.key } }, 'tls.clientCertificate'],
    [{ tls: { clientCertificate: client.certificate } }, 'tls.clientKey'],
    [{ tls: { clientCertificate: client.certificate, clientKey: 'no key' } }, 'tls.clientKey'],
  ])('refuse %j', async (options, path) => {
    const problem = expectProblem(await create(options), 'deliveries.option-refused');
    expect(problem.fields?.[0]?.path).toBe(path);
  });

  it('refuse a certificate whose time is over', async () => {
    const old = authority.issue({ name: 'old', notAfter: new Date('2021-01-01T00:00:00Z') });
    const tls = { clientCertificate: old.certificate, clientKey: old.key };
    expect(expectProblem(await create({ tls }), 'deliveries.option-refused').fields).toEqual([
      { path: 'tls.clientCertificate', fault: 'ended on 2021-01-01T00:00:00.000Z' },
    ]);
  });

  it('refuse a token server inside of our network, and half a client', async () => {
    const inside = { ...auth, tokenUrl: 'http://169.254.169.254/token' };
    expectProblem(await create({ auth: inside }), 'deliveries.endpoint-url-refused');
    const { id } = await made();
    const half = await patched(id, { auth: { clientId: 'me' } });
    expect(expectProblem(half, 'deliveries.option-refused').fields?.[0]?.path).toMatch(/^auth\./);
  });

  it.each([[['a*b']], [[]], [['']]])('do not take %j for event types', async (eventTypes) => {
    expectProblem(await create({ eventTypes }), 'http.invalid-request');
  });
});

describe('the secrets of an endpoint', () => {
  it('can be a pair of keys, of which only the public one is ever shown', async () => {
    const endpoint = await made({ secretKind: 'v1a' });
    const [secret] = endpoint.secrets;
    expect(secret).toMatchObject({ kind: 'v1a', publicKey: expect.stringMatching(/^whpk_/) });
    expect(secret).not.toHaveProperty('value');
    const jwks = await fetch(`${signalbox.url}/v1/endpoints/${endpoint.id}/jwks`);
    expect(jwks.status).toBe(200);
    expect(jwks.headers.get('cache-control')).toBe('public, max-age=300');
    const x = Buffer.from(secret?.publicKey?.slice(5) ?? '', 'base64').toString('base64url');
    expect(await jwks.json()).toEqual({
      keys: [{ kty: 'OKP', crv: 'Ed25519', x, kid: secret?.id, use: 'sig', alg: 'EdDSA' }],
    });
  });

  it('have no public keys when they are shared, or when there is no endpoint', async () => {
    const { id } = await made();
    const jwks = await fetch(`${signalbox.url}/v1/endpoints/${id}/jwks`);
    expect(await jwks.json()).toEqual({ keys: [] });
    const none = await call('GET', '/v1/endpoints/end_0/jwks');
    expectProblem(none, 'deliveries.endpoint-not-found');
  });

  it('rotate: the old one ends by itself, and its public key stays to be read a while', async () => {
    const { id, secrets } = await made({ secretKind: 'v1a' });
    const rotate = `/v1/endpoints/${id}/secrets/rotate`;
    const answer = await call('POST', rotate, { kind: 'v1a', overlapHours: 1 });
    expect(answer.status).toBe(201);
    const added = answer.json<Secret>();
    expect(added).toMatchObject({ kind: 'v1a', expiresAt: null });
    const read = (await call('GET', `/v1/endpoints/${id}`)).json<EndpointView>();
    const endsAt = new Date(clock.nowMs + 3_600_000).toISOString();
    expect(read.secrets).toMatchObject([
      { id: secrets[0]?.id, expiresAt: endsAt },
      { id: added.id, expiresAt: null },
    ]);
    const kids = async () => {
      const jwks = await call('GET', `/v1/endpoints/${id}/jwks`);
      return jwks.json<{ keys: { kid: string }[] }>().keys.map(({ kid }) => kid);
    };
    expect(await kids()).toEqual([secrets[0]?.id, added.id]);
    clock.nowMs += 3_600_000 + 599_999;
    expect(await kids()).toHaveLength(2);
    clock.nowMs += 1;
    expect(await kids()).toEqual([added.id]);
    const last = await call('DELETE', `/v1/endpoints/${id}/secrets/${added.id}`);
    expectProblem(last, 'deliveries.last-secret');
  });

  it('rotate within a day when nobody says how long, from a given value too', async () => {
    const { id } = await made();
    const value = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    const answer = await call('POST', `/v1/endpoints/${id}/secrets/rotate`, { value });
    expect(answer.json()).not.toHaveProperty('value');
    const [old] = (await call('GET', `/v1/endpoints/${id}`)).json<EndpointView>().secrets;
    expect(Date.parse(old?.expiresAt ?? '')).toBe(clock.nowMs + 24 * 3_600_000);
    const long = await call('POST', `/v1/endpoints/${id}/secrets/rotate`, { overlapHours: 721 });
    expectProblem(long, 'http.invalid-request');
  });
});
