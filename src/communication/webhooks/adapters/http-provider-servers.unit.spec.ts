import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { HttpProviderServers } from './http-provider-servers.js';
import { isReachable, publicLookup } from './public-lookup.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const url = 'https://keys.example/jwks';

const jwk = (key: KeyObject, more: object) => ({ ...key.export({ format: 'jwk' }), ...more });

/** A server of keys whose answer and clock the test sets. */
function server(answer: () => unknown) {
  const state = { nowMs: 1_000_000, calls: 0 };
  const call = (): Promise<Uint8Array> => {
    state.calls += 1;
    return Promise.resolve()
      .then(answer)
      .then((said) => Buffer.from(typeof said === 'string' ? said : JSON.stringify(said)));
  };
  const clock = { now: () => state.nowMs };
  const servers = new HttpProviderServers({ call, close: () => Promise.resolve() }, clock);
  const ask = (keyId?: string) => servers.keysFor({ kind: 'jwks', url, keyId });
  return { state, servers, ask };
}

const set = {
  keys: [
    jwk(rsa.publicKey, { kid: 'one' }),
    jwk(p256.publicKey, { kid: 'two' }),
    jwk(rsa.publicKey, { kid: 'enc', use: 'enc' }),
    { kty: 'strange', kid: 'three' },
  ],
};

it('hands out the key that a token names, or all when it names none', async () => {
  const { ask } = server(() => set);
  expect((await ask('two')).map(({ asymmetricKeyType }) => asymmetricKeyType)).toEqual(['ec']);
  expect(await ask()).toHaveLength(2);
  expect(await ask('three')).toEqual([]);
  expect(await ask('enc')).toEqual([]);
});

it('asks once for all who want the same, and again after ten minutes', async () => {
  const { ask, state } = server(() => set);
  await Promise.all([ask('one'), ask('two'), ask()]);
  expect(state.calls).toBe(1);
  state.nowMs += 599_999;
  await ask('one');
  expect(state.calls).toBe(1);
  state.nowMs += 1;
  await ask('one');
  expect(state.calls).toBe(2);
});

it('asks again for a key that it lacks, but not at each request', async () => {
  const { ask, state } = server(() => set);
  await ask('new');
  await ask('newer');
  expect(state.calls).toBe(1);
  state.nowMs += 30_000;
  await ask('new');
  expect(state.calls).toBe(2);
});

it.each([
  ['fails', () => Promise.reject(new Error('down'))],
  ['says no JSON', () => 'hello'],
  ['says no keys', () => ({})],
])(
  'a server that %s is a 503 for the sender, and is left alone for a while',
  async (_c, answer) => {
    const { ask, state } = server(answer);
    for (let times = 0; times < 3; times += 1) {
      await expect(ask('one')).rejects.toMatchObject({
        code: 'webhooks.signing-key-unavailable',
        definition: { status: 503 },
        retryAfterSeconds: 30,
      });
    }
    expect(state.calls).toBe(1);
  },
);

it('keys outlive a server that goes down', async () => {
  let isUp = true;
  const { ask, state } = server(() => (isUp ? set : Promise.reject(new Error('down'))));
  await ask('one');
  isUp = false;
  state.nowMs += 600_000;
  expect(await ask('one')).toHaveLength(1);
});

it('a text that is no certificate, or is not valid today, is no key', async () => {
  const { servers } = server(() => 'no certificate');
  await expect(servers.keysFor({ kind: 'certificate', url })).rejects.toMatchObject({
    code: 'webhooks.signing-key-unavailable',
  });
});

it('calls no more than 60 times in a minute, whatever addresses senders name', async () => {
  const { servers, state } = server(() => set);
  const ask = (n: number) =>
    servers.keysFor({ kind: 'jwks', url: `${url}/${n}`, keyId: undefined }).catch(() => []);
  for (let n = 0; n < 100; n += 1) await ask(n);
  expect(state.calls).toBe(60);
  state.nowMs += 60_000;
  await ask(1_000);
  expect(state.calls).toBe(61);
});

it('a confirmation that fails is a 503, so that the provider asks again', async () => {
  await server(() => 'ok').servers.confirm(url);
  const { servers } = server(() => Promise.reject(new Error('answered 404')));
  await expect(servers.confirm(url)).rejects.toMatchObject({
    code: 'webhooks.confirmation-failed',
    definition: { status: 503 },
  });
});

it.each([
  ['93.184.216.34', true],
  ['2606:4700::1111', true],
  ['127.0.0.1', false],
  ['10.0.0.1', false],
  ['169.254.169.254', false],
  ['168.63.129.16', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['::1', false],
  ['fd00::1', false],
  ['::ffff:127.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['2001:0:1::', false],
  ['nonsense', false],
])('the address %s may be called: %s', (address, expected) => {
  expect(isReachable(address, [])).toBe(expected);
});

it('what the operator allows may be called', () => {
  expect(isReachable('10.1.2.3', ['fd00::/8', '10.0.0.0/8'])).toBe(true);
  expect(isReachable('11.1.2.3', ['fd00::/8', '10.0.0.0/8'])).toBe(true);
  expect(isReachable('192.168.0.1', ['fd00::/8', '10.0.0.0/8'])).toBe(false);
});

it('a name with one private address among public ones is refused', () => {
  const addresses = ['93.184.216.34', '10.0.0.1'].map((address) => ({ address, family: 4 }));
  const outcomes: unknown[] = [];
  const find = (list: typeof addresses, error: Error | null = null) =>
    publicLookup([], (_name, _options, callback) => callback(error, list))(
      'keys.example',
      { all: true },
      (fault, found) => outcomes.push(fault === null ? found : fault.message),
    );
  find(addresses);
  find(addresses.slice(0, 1));
  find([], new Error('not found'));
  expect(outcomes).toEqual(['the name has no public address', addresses.slice(0, 1), 'not found']);
});
