import { createHmac } from 'node:crypto';
import { request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

/** A sender that asks in every way there is whether the address is ours. */
const acme = {
  name: 'acme',
  title: 'Acme',
  settings: { verifyToken: { description: 'What Acme sends along.', required: true } },
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha384', keyForm: 'utf8' },
    encoding: 'base64url',
    place: { kind: 'query', name: 'sig' },
    signed: '{method}\n{url:path}\n{body}',
  },
  deliveryId: { kind: 'json', path: 'id' },
  eventType: [{ kind: 'json', path: 'kind' }],
  handshakes: [
    {
      method: 'GET',
      when: [{ at: { kind: 'query', name: 'verify_token' }, setting: 'verifyToken' }],
      answer: { text: '{query:challenge}' },
    },
    { method: 'HEAD', answer: {} },
    {
      method: 'POST',
      signed: false,
      when: [{ at: { kind: 'header', headers: ['x-hook-secret'] } }],
      answer: { headers: { 'x-hook-secret': '{header:x-hook-secret}' } },
      action: { kind: 'keep', value: { kind: 'header', headers: ['x-hook-secret'] } },
    },
  ],
};

interface Source {
  readonly id: string;
  readonly url: string;
}

let signalbox: TestSignalbox;
let source: Source;
beforeAll(async () => {
  signalbox = await runSignalbox({ settings: { PUBLIC_URL: 'https://hooks.example/in' } });
  await signalbox.api.post('/v1/providers', acme);
  source = await signalbox.api.post<Source>('/v1/sources', {
    name: 'from acme',
    provider: 'acme',
    settings: { verifyToken: 'right' },
    secrets: ['a secret'],
  });
}, 30_000);
afterAll(() => signalbox.stop());

const pathOf = ({ url }: Source) => url.slice('https://hooks.example/in'.length);

function signed(path: string, body: string): string {
  const text = `POST\n/in${path}\n${body}`;
  return createHmac('sha384', 'a secret').update(text).digest('base64url');
}

function ask(method: string, query = '', headers: Record<string, string> = {}, body?: string) {
  const url = `${signalbox.url}${pathOf(source)}${query}`;
  return request(url, { method, headers, ...(body === undefined ? {} : { body }) });
}

it('a webhook of a provider that a tenant defined is verified by its definition', async () => {
  const body = '{"id":"a-1","kind":"made"}';
  const headers = { 'content-type': 'application/json' };
  const sig = signed(pathOf(source), body);
  const accepted = await ask('POST', `?sig=${sig}`, headers, body);
  expect(accepted.status).toBe(202);
  const { webhookId } = accepted.json<{ webhookId: string }>();
  expect(await signalbox.api.get(`/v1/webhooks/${webhookId}`)).toMatchObject({
    eventType: 'acme.made',
    deliveryId: 'a-1',
  });
  expect((await ask('POST', `?sig=${sig}`, headers, `${body} `)).status).toBe(401);
});

it('handshakes are answered by what the definition says, and by nothing else', async () => {
  const right = await ask('GET', '?verify_token=right&challenge=%3Cb%3E');
  expect([right.status, right.text, right.headers.get('content-type')]).toEqual([
    200,
    '<b>',
    'text/plain; charset=utf-8',
  ]);
  expect(right.headers.get('x-content-type-options')).toBe('nosniff');
  const wrong = await ask('GET', '?verify_token=wrong&challenge=1');
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, GET, HEAD']);
  expect(wrong.json()).toMatchObject({ code: 'http.method-not-allowed' });
  expect((await ask('HEAD')).status).toBe(200);
  expect((await ask('OPTIONS')).status).toBe(405);
  expect((await ask('DELETE')).status).toBe(405);
  const nobody = await request(`${signalbox.url}/hooks/nobody`, { method: 'GET' });
  expect(nobody.status).toBe(404);
});

it('a value that a person must read is answered, kept and shown, the newest five', async () => {
  for (const value of ['1', '2', '3', '4', '5', '6']) {
    const answer = await ask('POST', '', { 'x-hook-secret': value });
    expect([answer.status, answer.headers.get('x-hook-secret')]).toEqual([200, value]);
  }
  const shown = await signalbox.api.get<{ items: { value: string }[] }>(
    `/v1/sources/${source.id}/handshake-values`,
  );
  expect(shown.items.map(({ value }) => value)).toEqual(['6', '5', '4', '3', '2']);
});

it('a definition that changes is what its sources are judged by', async () => {
  const changed = { ...acme, name: 'changing', handshakes: [] };
  await signalbox.api.post('/v1/providers', changed);
  const made = await signalbox.api.post<Source>('/v1/sources', {
    name: 'changing',
    provider: 'changing',
    settings: { verifyToken: 'right' },
    secrets: ['a secret'],
  });
  await signalbox.api.call('PUT', '/v1/providers/changing', {
    ...changed,
    signature: { algorithm: { kind: 'token' }, place: { kind: 'header', headers: ['x-token'] } },
    settings: { verifyToken: { description: 'Not used any more.', required: false } },
  });
  const send = () =>
    request(`${signalbox.url}${pathOf(made)}`, {
      method: 'POST',
      headers: { 'x-token': 'a secret' },
      body: '{}',
    });
  const answer = await send();
  expect(answer.status).toBe(202);
  const { webhookId } = answer.json<{ webhookId: string }>();
  expect(await signalbox.api.get(`/v1/webhooks/${webhookId}`)).toMatchObject({
    headers: { 'x-token': '[redacted]' },
  });
});

it('a provider in use cannot be deleted, and one that is not can', async () => {
  const remove = (name: string) => signalbox.api.call('DELETE', `/v1/providers/${name}`);
  await expect(remove('acme')).rejects.toMatchObject({
    status: 409,
    problem: { code: 'webhooks.provider-in-use' },
  });
  await signalbox.api.post('/v1/providers', { ...acme, name: 'unused' });
  await remove('unused');
  await expect(remove('unused')).rejects.toMatchObject({ status: 404 });
});

it.each([
  [{ ...acme, name: 'github' }, 400, ['name']],
  [acme, 409, undefined],
  [{ ...acme, name: 'other', settings: {} }, 400, ['settings']],
  [{ ...acme, name: 'other', deliveryId: { kind: 'nowhere' } }, 400, ['deliveryId.kind']],
  [
    { ...acme, name: 'other', signature: { ...acme.signature, signed: '{url}' } },
    400,
    ['signature.bodyUnsigned'],
  ],
  [
    { ...acme, name: 'other', signature: { ...acme.signature, signed: '{timestamp}{body}' } },
    400,
    ['signature.timestamp'],
  ],
])('a definition that cannot be is refused with its fields', async (definition, status, paths) => {
  const answer = await request(`${signalbox.url}/v1/providers`, {
    method: 'POST',
    apiKey: signalbox.apiKey,
    body: definition,
  });
  expect(answer.status).toBe(status);
  const { fields } = answer.json<{ fields?: { path: string }[] }>();
  expect(fields?.map(({ path }) => path)).toEqual(paths);
});

it('a sample request is judged, and what had to be signed is shown', async () => {
  const sample = (sig: string) =>
    signalbox.api.post('/v1/providers/test', {
      definition: acme,
      settings: { verifyToken: 'right' },
      secrets: ['a secret'],
      request: { url: `https://x.example/in/p?sig=${sig}`, headers: {}, body: '{"kind":"made"}' },
    });
  const text = 'POST\n/in/p\n{"kind":"made"}';
  const right = createHmac('sha384', 'a secret').update(text).digest('base64url');
  expect(await sample(right)).toMatchObject({
    verdict: 'verified',
    reason: null,
    signed: [{ text }],
    eventType: 'acme.made',
  });
  expect(await sample('A'.repeat(64))).toMatchObject({
    verdict: 'rejected',
    reason: 'signature-mismatch',
  });
});

it('all providers are listed by name, page by page', async () => {
  interface Listed {
    readonly items: { readonly origin: string; readonly definition: { readonly name: string } }[];
    readonly next: string | null;
  }
  const names: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: Listed = await signalbox.api.get(`/v1/providers?limit=2${query}`);
    names.push(...page.items.map(({ definition }) => definition.name));
    cursor = page.next;
  }
  expect(names).toEqual([...new Set(names)].sort());
  expect(names).toEqual(expect.arrayContaining(['acme', 'changing', 'github', 'stripe']));
  expect(await signalbox.api.get('/v1/providers/github')).toMatchObject({
    origin: 'shipped',
    covers: 'body',
    proof: { kind: 'sdk' },
  });
});
