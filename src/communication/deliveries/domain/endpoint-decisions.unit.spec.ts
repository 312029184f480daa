import {
  addSecret,
  newEndpoint,
  patchEndpoint,
  removeSecret,
  rotateSecret,
} from './endpoint-decisions.js';
import { defaultOptions } from './endpoint-options.js';
import {
  type Endpoint,
  type EndpointSecret,
  endpointTimeoutSchema,
  liveSecrets,
  nearestEndpointTimeoutMs,
} from './endpoint.js';
import { endpointFlowSchema } from './endpoint-flow.js';
import { endpointInput } from './endpoint-input.js';
import { retryPolicySchema } from './retry-policy.js';
import { newEndpointSecret } from './signing-key.js';

const secret = (id: string): EndpointSecret => ({
  id,
  value: newEndpointSecret(new Uint8Array(32).fill(id.length)),
  createdAtMs: 1,
  expiresAtMs: null,
});

const endpoint = (secrets: EndpointSecret[]): Endpoint => ({
  id: 'end_1',
  tenant: 'default',
  name: 'orders',
  description: null,
  url: 'https://example.com/hook',
  secrets,
  payloadFormat: 'cloudevents',
  retryPolicy: retryPolicySchema.parse({}),
  ...endpointFlowSchema.parse({}),
  timeoutMs: 15_000,
  options: defaultOptions,
  validation: null,
  createdAtMs: 1,
  revision: 1,
  state: 'enabled',
  disabledReason: null,
});

const idsOf = ({ secrets }: Endpoint) => secrets.map(({ id }) => id);
const code = (text: string) => expect.objectContaining({ code: text });

describe('an endpoint', () => {
  it('rotates its secret: the new one is added, then the old one removed', () => {
    const both = addSecret(endpoint([secret('old')]), secret('new'));
    expect(idsOf(both)).toEqual(['old', 'new']);
    expect(idsOf(removeSecret(both, 'old'))).toEqual(['new']);
  });

  it('signs with both until the overlap of a rotation is over', () => {
    const first = endpoint([secret('old')]);
    const rotated = rotateSecret(first, { ...secret('new'), createdAtMs: 1_000 }, 500);
    expect(rotated.revision).toBe(2);
    const live = (nowMs: number) => liveSecrets(rotated.secrets, nowMs).map(({ id }) => id);
    expect(live(1_499)).toEqual(['old', 'new']);
    expect(live(1_500)).toEqual(['new']);
  });

  it('does not let a second rotation prolong what already ends', () => {
    const once = rotateSecret(endpoint([secret('a')]), { ...secret('b'), createdAtMs: 10 }, 20);
    const twice = rotateSecret(once, { ...secret('c'), createdAtMs: 20 }, 1_000);
    expect(twice.secrets.map(({ expiresAtMs }) => expiresAtMs)).toEqual([30, 1_020, null]);
  });

  it('drops secrets that have ended when another one comes', () => {
    const once = rotateSecret(endpoint([secret('a')]), { ...secret('b'), createdAtMs: 10 }, 20);
    expect(idsOf(addSecret(once, { ...secret('c'), createdAtMs: 30 }))).toEqual(['b', 'c']);
  });

  it('keeps its last secret', () => {
    const rotated = rotateSecret(endpoint([secret('old')]), secret('new'), 1_000);
    expect(() => removeSecret(rotated, 'new')).toThrow(code('deliveries.last-secret'));
    expect(() => removeSecret(endpoint([secret('only')]), 'only')).toThrow(
      code('deliveries.last-secret'),
    );
  });

  it('says when a secret is not its own', () => {
    expect(() => removeSecret(endpoint([secret('only')]), 'other')).toThrow(
      code('deliveries.secret-not-found'),
    );
  });

  it('takes five secrets at the most', () => {
    const full = endpoint(['a', 'b', 'c', 'd', 'e'].map(secret));
    expect(() => addSecret(full, secret('f'))).toThrow(code('deliveries.too-many-secrets'));
  });

  it('takes no secret that nobody could verify with', () => {
    const weak = { id: 'weak', value: 'whsec_hunter2', createdAtMs: 1, expiresAtMs: null };
    expect(() => addSecret(endpoint([secret('a')]), weak)).toThrow(
      code('deliveries.secret-invalid'),
    );
  });

  it('waits 30 seconds for an answer at the most, and one second at the least', () => {
    expect([100, 5_000, 120_000].map(nearestEndpointTimeoutMs)).toEqual([1_000, 5_000, 30_000]);
    expect(endpointTimeoutSchema.safeParse(30_001).success).toBe(false);
    expect(endpointTimeoutSchema.safeParse(999).success).toBe(false);
  });
});

const settings = {
  allowedRanges: [],
  timeoutDefaultMs: 7_000,
  proxies: new Map([['http://proxy.internal:3128', 'http://me:pw@proxy.internal:3128']]),
  originName: 'hooks.example.com',
};

describe('a new endpoint', () => {
  const identity = { id: 'end_1', tenant: 'default', createdAtMs: 1 };
  const url = 'https://example.com/hook';

  it('is enabled, takes what its caller says and defaults for the rest', () => {
    const made = newEndpoint(
      identity,
      endpointInput.parse({ name: 'orders', url, retryPolicy: { triesMax: 2 } }),
      secret('a'),
      settings,
    );
    expect(made).toMatchObject({
      ...identity,
      name: 'orders',
      description: null,
      state: 'enabled',
      payloadFormat: 'cloudevents',
      retryPolicy: { triesMax: 2, firstDelayMs: 5_000 },
      timeoutMs: 7_000,
      revision: 1,
    });
  });

  it('takes neither a bad secret nor an address of a private network', () => {
    const input = endpointInput.parse({ name: 'orders', url });
    const weak = { id: 'weak', value: 'hunter2', createdAtMs: 1, expiresAtMs: null };
    expect(() => newEndpoint(identity, input, weak, settings)).toThrow(
      code('deliveries.secret-invalid'),
    );
    const inside = { ...input, url: 'http://10.0.0.1/' };
    expect(() => newEndpoint(identity, inside, secret('a'), settings)).toThrow(
      code('deliveries.endpoint-url-refused'),
    );
  });
});

describe('a patch of an endpoint', () => {
  const before = { ...endpoint([secret('a')]), description: 'old' };

  it('changes nothing but the revision when it is empty', () => {
    expect(patchEndpoint(before, {}, settings, 1)).toEqual({ ...before, revision: 2 });
  });

  it('changes what it names', () => {
    const patch = {
      name: 'bills',
      description: null,
      url: 'https://example.org',
      payloadFormat: 'raw' as const,
      retryPolicy: { triesMax: 1 },
      timeoutMs: 2_000,
    };
    expect(patchEndpoint(before, patch, settings, 1)).toMatchObject({
      ...patch,
      url: 'https://example.org/',
      retryPolicy: { ...before.retryPolicy, triesMax: 1 },
    });
  });

  it('disables by hand, keeps the first reason, and enables again without one', () => {
    const disabled = patchEndpoint(before, { state: 'disabled' }, settings, 1);
    expect(disabled).toMatchObject({ state: 'disabled', disabledReason: 'disabled by hand' });
    const gone: Endpoint = { ...before, state: 'disabled', disabledReason: 'gone' };
    expect(patchEndpoint(gone, { state: 'disabled' }, settings, 1)).toMatchObject({
      disabledReason: 'gone',
    });
    expect(patchEndpoint(gone, { state: 'enabled' }, settings, 1)).toMatchObject({
      state: 'enabled',
      disabledReason: null,
    });
  });
});
