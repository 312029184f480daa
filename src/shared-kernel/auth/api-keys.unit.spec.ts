import { Controller, Delete, Get, Post } from '@nestjs/common';
import { type HttpApp, startHttpApp } from '../../../test/support/http-app.js';
import { apiKeyValue } from './api-key.js';
import { type ApiCaller, Caller } from './caller.js';
import { FirstKey } from './first-key.js';
import { Public, RequireScope } from './require-scope.js';
import { scopeIncludes, scopes } from './scopes.js';

@RequireScope('viewer')
@Controller('v1/probe')
class ProbeController {
  @Get()
  read(@Caller() caller: ApiCaller) {
    return caller;
  }

  @Post()
  @RequireScope('publisher')
  publish() {
    return {};
  }

  @Delete()
  @RequireScope('operator')
  operate() {
    return {};
  }

  @Public()
  @Get('open')
  open() {
    return {};
  }

  @Public()
  @Get('nobody')
  nobody(@Caller() caller: ApiCaller) {
    return caller;
  }
}

@Controller('v1/forgotten')
class ForgottenController {
  @Get()
  read() {
    return {};
  }
}

describe('API keys', () => {
  let http: HttpApp;

  beforeAll(async () => {
    http = await startHttpApp({ controllers: [ProbeController, ForgottenController] });
  });
  afterAll(() => http.close());

  async function call(method: string, path: string, key: string | null, body?: unknown, more = {}) {
    const headers: Record<string, string> = { ...more };
    if (key !== null) headers['authorization'] = `Bearer ${key}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(http.url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status } = response;
    return { status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  }

  async function make(details: object, key = http.adminKey) {
    const made = await call('POST', '/v1/api-keys', key, { name: 'a key', ...details });
    expect(made.status).toBe(201);
    return made.body;
  }

  it('begin with one of the operator, made once and stored as a hash', async () => {
    expect(http.adminKey).toMatch(/^sbx_[0-9a-f]{32}_[\w-]{43}$/);
    expect(await http.app.get(FirstKey).make()).toBeNull();
    const rows = await http.store.list({ sql: 'SELECT * FROM api_key', parameters: [] });
    expect(rows).toHaveLength(1);
    const secret = http.adminKey.split('_').slice(2).join('_');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('may begin with a chosen value', async () => {
    const chosen = apiKeyValue(`key_${'a1'.repeat(16)}`, new Uint8Array(32).fill(3));
    const other = await startHttpApp({ env: { BOOTSTRAP_API_KEY: chosen } });
    expect(other.adminKey).toBe(chosen);
    const headers = { authorization: `bearer ${chosen}` };
    expect((await fetch(`${other.url}/v1/api-keys`, { headers })).status).toBe(200);
    await other.close();
  });

  it('are shown in full once, when they are made', async () => {
    const { value, ...view } = await make({ name: ' Build server ', scope: 'viewer' });
    expect(view).toEqual({
      id: expect.stringMatching(/^key_[0-9a-f]{32}$/),
      name: 'Build server',
      scope: 'viewer',
      tenant: null,
      createdAt: '2026-01-01T00:00:00.000Z',
      revokedAt: null,
    });
    const list = await call('GET', '/v1/api-keys', http.adminKey);
    expect(list.body.items).toContainEqual(view);
    expect(JSON.stringify(list.body)).not.toContain(value);
  });

  it('are listed in pages, newest first', async () => {
    for (const name of ['p1', 'p2', 'p3']) {
      http.clock.nowMs += 10;
      await make({ name, scope: 'viewer' });
    }
    const first = await call('GET', '/v1/api-keys?limit=2', http.adminKey);
    expect(first.body.items.map(({ name }: { name: string }) => name)).toEqual(['p3', 'p2']);
    const cursor = encodeURIComponent(first.body.next);
    const second = await call('GET', `/v1/api-keys?limit=1&cursor=${cursor}`, http.adminKey);
    expect(second.body.items[0].name).toBe('p1');
    const bad = await call('GET', '/v1/api-keys?limit=0&cursor=no', http.adminKey);
    expect(bad.body.fields.map(({ path }: { path: string }) => path)).toEqual(['limit', 'cursor']);
  });

  it('are asked for, with a challenge', async () => {
    const none = await call('GET', '/v1/probe', null);
    expect(none).toMatchObject({ status: 401, body: { code: 'auth.missing-key' } });
    expect(none.headers.get('www-authenticate')).toBe('Bearer realm="signalbox"');
  });

  it('are refused in one way, whatever is wrong with them', async () => {
    const flipped = http.adminKey.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const unknown = apiKeyValue(`key_${'0'.repeat(32)}`, new Uint8Array(32));
    const details = new Set<string>();
    for (const key of [flipped, unknown, 'sbx_short', 'x'.repeat(150), 'two words']) {
      const refused = await call('GET', '/v1/probe', key);
      expect(refused).toMatchObject({ status: 401, body: { code: 'auth.invalid-key' } });
      details.add(refused.body.detail);
    }
    expect(details.size).toBe(1);
    const basic = await call('GET', '/v1/probe', null, undefined, { authorization: 'Basic eDp5' });
    expect(basic.body.code).toBe('auth.invalid-key');
  });

  it('may do what their scope includes, and nothing else', async () => {
    const allowed: Record<string, string[]> = {};
    for (const scope of scopes) {
      const { value } = await make({ scope });
      const calls = { viewer: 'GET', publisher: 'POST', operator: 'DELETE' };
      const may: string[] = [];
      for (const [needed, method] of Object.entries(calls)) {
        const answer = await call(method, '/v1/probe', value);
        if (answer.status < 300) may.push(needed);
        else
          expect(answer).toMatchObject({ status: 403, body: { code: 'auth.insufficient-scope' } });
      }
      if ((await call('GET', '/v1/forgotten', value)).status === 200) may.push('forgotten');
      allowed[scope] = may;
    }
    expect(allowed).toEqual({
      admin: ['viewer', 'publisher', 'operator', 'forgotten'],
      operator: ['viewer', 'publisher', 'operator'],
      publisher: ['publisher'],
      viewer: ['viewer'],
    });
    expect(scopeIncludes('operator', 'admin')).toBe(false);
  });

  it('are not needed on public routes, which then have no caller', async () => {
    expect((await call('GET', '/v1/probe/open', null)).status).toBe(200);
    expect((await call('GET', '/v1/probe/nobody', null)).status).toBe(401);
  });

  it('of the operator act in any tenant, in default when none is named', async () => {
    const asked = { 'signalbox-tenant': 'acme' };
    expect((await call('GET', '/v1/probe', http.adminKey)).body).toEqual({
      keyId: expect.any(String),
      tenant: 'default',
      operator: true,
      scope: 'admin',
    });
    expect((await call('GET', '/v1/probe', http.adminKey, undefined, asked)).body.tenant).toBe(
      'acme',
    );
    const wrong = { 'signalbox-tenant': 'Not A Name' };
    const refused = await call('GET', '/v1/probe', http.adminKey, undefined, wrong);
    expect(refused.body.fields[0].path).toBe('Signalbox-Tenant');
  });

  it('of a tenant see, make and revoke keys of that tenant only', async () => {
    const acme = await make({ scope: 'admin', tenant: 'acme' });
    const foreign = await make({ scope: 'viewer', tenant: 'other' });
    const own = await make({ scope: 'viewer' }, acme.value);
    expect(own.tenant).toBe('acme');
    for (const tenant of ['other', null]) {
      const body = { name: 'x', scope: 'viewer', tenant };
      const refused = await call('POST', '/v1/api-keys', acme.value, body);
      expect(refused).toMatchObject({ status: 403, body: { code: 'auth.tenant-forbidden' } });
    }
    const list = await call('GET', '/v1/api-keys', acme.value);
    const ids = list.body.items.map(({ id }: { id: string }) => id);
    expect(ids.sort()).toEqual([acme.id, own.id].sort());
    expect((await call('DELETE', `/v1/api-keys/${foreign.id}`, acme.value)).status).toBe(404);
    expect((await call('DELETE', `/v1/api-keys/${own.id}`, acme.value)).status).toBe(204);
    const elsewhere = { 'signalbox-tenant': 'other' };
    expect((await call('GET', '/v1/probe', acme.value, undefined, elsewhere)).status).toBe(403);
    const here = { 'signalbox-tenant': 'acme' };
    expect((await call('GET', '/v1/probe', acme.value, undefined, here)).body).toMatchObject({
      tenant: 'acme',
      operator: false,
    });
  });

  it('end at once when they are revoked, and only once', async () => {
    const { id, value } = await make({ scope: 'viewer' });
    expect((await call('GET', '/v1/probe', value)).status).toBe(200);
    expect((await call('DELETE', `/v1/api-keys/${id}`, http.adminKey)).status).toBe(204);
    expect((await call('GET', '/v1/probe', value)).status).toBe(401);
    const again = await call('DELETE', `/v1/api-keys/${id}`, http.adminKey);
    expect(again.body.code).toBe('auth.key-not-found');
    const list = await call('GET', '/v1/api-keys?limit=200', http.adminKey);
    const row = list.body.items.find((key: { id: string }) => key.id === id);
    expect(row.revokedAt).toMatch(/^2026-/);
    expect((await call('DELETE', '/v1/api-keys/nonsense', http.adminKey)).status).toBe(400);
  });

  it('end within five seconds when another instance revoked them', async () => {
    const { id, value } = await make({ scope: 'viewer' });
    expect((await call('GET', '/v1/probe', value)).status).toBe(200);
    const sql = 'UPDATE api_key SET revoked_at_ms = 1 WHERE id = ?';
    await http.store.commit([{ statement: { sql, parameters: [id] }, expect: 'one-row' }]);
    expect((await call('GET', '/v1/probe', value)).status).toBe(200);
    http.clock.nowMs += 5_000;
    expect((await call('GET', '/v1/probe', value)).status).toBe(401);
  });

  it('never run out: the last admin key of the operator stays', async () => {
    const list = await call('GET', '/v1/api-keys?limit=200', http.adminKey);
    const first = `key_${http.adminKey.split('_')[1]}`;
    const admins = list.body.items.filter(
      (key: { scope: string; tenant: string | null; revokedAt: string | null; id: string }) =>
        key.scope === 'admin' && key.tenant === null && key.revokedAt === null && key.id !== first,
    );
    for (const { id } of admins) {
      expect((await call('DELETE', `/v1/api-keys/${id}`, http.adminKey)).status).toBe(204);
    }
    const last = await call('DELETE', `/v1/api-keys/${first}`, http.adminKey);
    expect(last).toMatchObject({ status: 409, body: { code: 'auth.last-admin-key' } });
  });

  it('are refused with the path of what is wrong in the request', async () => {
    const body = { name: '', scope: 'root', tenant: 'A', extra: 1 };
    const refused = await call('POST', '/v1/api-keys', http.adminKey, body);
    const paths = refused.body.fields.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(['name', 'scope', 'tenant', '']);
  });
});
