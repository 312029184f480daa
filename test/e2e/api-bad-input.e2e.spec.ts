import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { makeEndpoint, makeSource } from '../support/factories.ts';
import { expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

let signalbox: TestSignalbox;
beforeAll(async () => {
  signalbox = await runSignalbox();
}, 30_000);
afterAll(() => signalbox.stop());

type Options = Parameters<typeof request>[1];
const call = (method: string, path: string, options: Options = {}) =>
  request(`${signalbox.url}${path}`, { method, apiKey: signalbox.apiKey, ...options });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call('POST', path, { body, headers });

const json = { 'content-type': 'application/json' };
const githubSource = { name: 'Repositories', provider: 'github' };

describe('a body that is no JSON', () => {
  it.each([
    ['an open brace', '{"name":'],
    ['bytes that are no UTF-8', Buffer.from('{"name":"\xff"}', 'latin1')],
    ['a key that reaches a prototype', '{"__proto__":{"admin":true}}'],
    ['a hundred brackets', '['.repeat(100) + ']'.repeat(100)],
  ])('is refused: %s', async (_what, body) => {
    const answer = await post('/v1/sources', body, json);
    expect(answer.status).toBe(400);
    expectProblem(answer, 'http.malformed-json');
  });

  it('is refused by its type before it is read', async () => {
    const answer = await post('/v1/sources', 'name=x', { 'content-type': 'text/plain' });
    expectProblem(answer, 'http.unsupported-media-type');
  });

  it('is refused when it is too large', async () => {
    const answer = await post('/v1/sources', { ...githubSource, name: 'x'.repeat(2 ** 20) });
    expectProblem(answer, 'http.body-too-large');
  });
});

describe('a body that does not fit', () => {
  it.each<[string, string, object, string[]]>([
    ['an empty object', '/v1/sources', {}, ['name', 'provider']],
    ['no name of a provider', '/v1/sources', { ...githubSource, provider: 'F X' }, ['provider']],
    ['a number in a list', '/v1/sources', { ...githubSource, secrets: ['a', 1] }, ['secrets.1']],
    ['an empty name', '/v1/endpoints', { name: ' ', url: 'https://example.com' }, ['name']],
    [
      'no way to retry',
      '/v1/endpoints',
      { name: 'x', retryPolicy: { triesMax: 0 } },
      ['url', 'retryPolicy.triesMax'],
    ],
    ['a rule without actions', '/v1/rules', { name: 'x', match: {}, actions: [] }, ['actions']],
    [
      'a rule to no endpoint',
      '/v1/rules',
      { name: 'x', match: {}, actions: [{ kind: 'deliver' }] },
      ['actions.0.endpointId'],
    ],
    ['an unknown scope', '/v1/api-keys', { name: 'x', scope: 'god' }, ['scope']],
  ])('is refused with the paths of its faults: %s', async (_what, path, body, paths) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    const { fields } = expectProblem(answer, 'http.invalid-request');
    expect(fields?.map((field) => field.path).sort()).toEqual([...paths].sort());
  });

  it('is refused for a provider that nobody defined', async () => {
    const answer = await post('/v1/sources', { ...githubSource, provider: 'fax' });
    const { fields } = expectProblem(answer, 'webhooks.unknown-provider');
    expect(fields).toEqual([{ path: 'provider', fault: 'is not known' }]);
  });

  it.each([
    ['/v1/sources', githubSource],
    ['/v1/endpoints', { name: 'x', url: 'https://example.com' }],
    ['/v1/api-keys', { name: 'x', scope: 'viewer' }],
  ])('is refused for a field that nobody knows at %s', async (path, body) => {
    const answer = await post(path, { ...body, nmae: 'a slip of the pen' });
    const problem = expectProblem(answer, 'http.invalid-request');
    expect(JSON.stringify(problem)).toContain('nmae');
  });

  it.each([
    [
      'webhooks.invalid-provider-settings',
      '/v1/sources',
      { name: 'x', provider: 'hmac', settings: { header: 'not a header' } },
      'settings.header',
    ],
    [
      'webhooks.invalid-secret',
      '/v1/sources',
      { name: 'x', provider: 'standard-webhooks', secrets: ['no base64!'] },
      'secrets.0',
    ],
    [
      'deliveries.endpoint-url-refused',
      '/v1/endpoints',
      { name: 'x', url: 'http://169.254.169.254/latest' },
      'url',
    ],
    [
      'deliveries.endpoint-url-refused',
      '/v1/endpoints',
      { name: 'x', url: 'http://[::ffff:10.0.0.1]/' },
      'url',
    ],
    [
      'deliveries.endpoint-url-refused',
      '/v1/endpoints',
      { name: 'x', url: 'ftp://example.com' },
      'url',
    ],
    [
      'event-processing.unknown-endpoint',
      '/v1/rules',
      { name: 'x', match: {}, actions: [{ kind: 'deliver', endpointId: `end_${'0'.repeat(32)}` }] },
      'actions.0.endpointId',
    ],
    [
      'event-processing.invalid-template',
      '/v1/rules',
      {
        name: 'x',
        match: {},
        actions: [{ kind: 'email', to: ['a@example.com'], subject: 'x', text: '{% if %}' }],
      },
      'actions.0.text',
    ],
  ])('is refused by its module: %s at %s', async (code, path, body, faultPath) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(expectProblem(answer, code).fields?.[0]?.path).toBe(faultPath);
  });
});

describe('a cursor that no page gave', () => {
  const kinds = ['sources', 'webhooks', 'events', 'rules', 'endpoints', 'deliveries'];
  const lists = [...kinds, 'notifications', 'api-keys'].map((kind) => `/v1/${kind}`);
  const cursors = ['1.5', '1e400', '99999999999999999999', '-1', '"x"', 'null', '{}', '\u0000'];

  it.each(lists)('is refused, or ends the list, at %s', async (path) => {
    for (const cursor of cursors) {
      const encoded = Buffer.from(cursor).toString('base64url');
      const answer = await call('GET', `${path}?cursor=${encoded}`);
      expect([cursor, [200, 400].includes(answer.status)]).toEqual([cursor, true]);
      if (answer.status === 400) expectProblem(answer, 'http.invalid-request');
    }
  });
});

describe('a change', () => {
  it('needs the state that If-Match names', async () => {
    const source = await makeSource(signalbox.api);
    const path = `/v1/sources/${source.id}`;
    const { headers } = await call('GET', path);
    const etag = headers.get('etag') ?? '';
    const rename = (name: string) =>
      call('PATCH', path, { body: { name }, headers: { 'if-match': etag } });

    const renamed = await rename('First');
    expect(renamed).toMatchObject({ status: 200 });
    expect(renamed.headers.get('etag')).not.toBe(etag);
    expectProblem(await rename('Second'), 'http.precondition-failed');
    expect((await call('GET', path)).json()).toMatchObject({ name: 'First' });
  });

  it('changes what the merge patch names and nothing else', async () => {
    const endpoint = await makeEndpoint(signalbox.api, 'https://example.com/a');
    const path = `/v1/endpoints/${endpoint.id}`;
    const before = (await call('GET', path)).json<object>();
    const answer = await call('PATCH', path, { body: { description: 'Told' } });
    expect(answer.json()).toEqual({ ...before, description: 'Told' });
    const cleared = await call('PATCH', path, { body: { description: null } });
    expect(cleared.json()).toEqual(before);
  });

  it('takes a setting of a source away with null, and leaves the others', async () => {
    const source = await makeSource(signalbox.api, 'hmac');
    const path = `/v1/sources/${source.id}`;
    const { settings } = (await call('GET', path)).json<{ settings: Record<string, unknown> }>();
    const { deliveryIdHeader, ...others } = settings;
    expect(deliveryIdHeader).toBe('x-id');
    const answer = await call('PATCH', path, { body: { settings: { deliveryIdHeader: null } } });
    expect(answer.json<{ settings: unknown }>().settings).toEqual(others);
  });
});

describe('an Idempotency-Key', () => {
  const make = (key: string, body: object = githubSource) =>
    post('/v1/sources', body, { 'idempotency-key': key });
  const sources = async () => {
    const page = await signalbox.api.get<{ items: unknown[] }>('/v1/sources?limit=200');
    return page.items.length;
  };

  it('gets the first answer again, with the secret that was shown once', async () => {
    const before = await sources();
    const key = randomUUID();
    const [first, second] = [await make(key), await make(key)];
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, text: first.text });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(await sources()).toBe(before + 1);
  });

  it('makes one thing of requests that come together', async () => {
    const before = await sources();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => make(key)));
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expectProblem(answer, 'http.idempotency-conflict');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await sources()).toBe(before + 1);
  });

  it('is refused for another request, and free again after a failure', async () => {
    const key = randomUUID();
    expectProblem(await make(key, {}), 'http.invalid-request');
    expect((await make(key)).status).toBe(201);
    expectProblem(await make(key, { ...githubSource, name: 'Other' }), 'http.idempotency-mismatch');
    expectProblem(await make('with blanks inside'), 'http.invalid-request');
  });
});

describe('methods', () => {
  it.each([
    ['DELETE', '/v1/sources', 'GET, HEAD, POST'],
    ['PUT', '/v1/webhooks', 'GET, HEAD'],
    ['PUT', '/hooks/AAAAAAAAAAAAAAAAAAAAAAAA', 'GET, HEAD, OPTIONS, POST'],
    ['OPTIONS', '/v1/sources', 'GET, HEAD, POST'],
  ])('%s %s is refused with those that are taken', async (method, path, allowed) => {
    const answer = await call(method, path);
    expectProblem(answer, 'http.method-not-allowed');
    expect(answer.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allowed);
  });

  it('HEAD answers as GET does, without the body', async () => {
    const [head, get] = [await call('HEAD', '/v1/sources'), await call('GET', '/v1/sources')];
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    expect((await call('HEAD', '/v1/sources', { apiKey: 'wrong' })).status).toBe(401);
  });

  it('unknown paths and ids are not found', async () => {
    expectProblem(await call('GET', '/v2/sources'), 'http.not-found');
    expectProblem(await call('POST', '/v1/nothing', { body: {} }), 'http.not-found');
    expectProblem(await call('GET', '/v1/sources/src_1'), 'webhooks.source-not-found');
    expectProblem(await call('GET', '/v1/events/evt_1'), 'event-processing.event-not-found');
    expectProblem(await call('GET', '/v1/deliveries/dlv_1'), 'deliveries.delivery-not-found');
    expectProblem(await call('GET', `/v1/sources/${'x'.repeat(300)}`), 'http.uri-too-long');
  });
});

describe('bytes that are no HTTP', () => {
  it('are answered with a problem and the end of the connection', async () => {
    const { port, hostname } = new URL(signalbox.url);
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write('\x16\x03\x01 this is TLS\r\n\r\n');
    await once(socket, 'close');
    const text = Buffer.concat(chunks).toString();
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('application/problem+json');
    expect(text).toContain('http.malformed-request');
  });
});
