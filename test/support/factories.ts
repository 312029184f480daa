import type { ApiClient } from '../../tools/support/api-client.ts';
import { hmacSettings, type ProviderName } from './signed-webhooks.ts';

/** The secret of a source that a test does not care about, in a form that every provider takes. */
export const sourceSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** A source, and the path that its senders use. */
export interface TestSource {
  readonly id: string;
  readonly hooksPath: string;
  readonly secrets: readonly { readonly id: string; readonly value?: string }[];
}

interface Identified {
  readonly id: string;
}

/** An endpoint with the secret that verifies its deliveries. */
interface TestEndpoint extends Identified {
  readonly secret: string;
}

type Overrides = Readonly<Record<string, unknown>>;

/** Makes a source of this provider. */
export async function makeSource(
  api: ApiClient,
  provider: ProviderName = 'github',
  overrides: Overrides = {},
): Promise<TestSource> {
  const source = await api.post<TestSource & { readonly url: string }>('/v1/sources', {
    name: `Test ${provider}`,
    provider,
    secrets: [sourceSecret],
    ...(provider === 'hmac' ? { settings: hmacSettings } : {}),
    ...overrides,
  });
  return { ...source, hooksPath: new URL(source.url).pathname };
}

/** Makes an endpoint that is tried again at once and often. */
export async function makeEndpoint(
  api: ApiClient,
  url: string,
  overrides: Overrides = {},
): Promise<TestEndpoint> {
  const endpoint = await api.post<{ id: string; secrets: { value?: string }[] }>('/v1/endpoints', {
    name: 'Test endpoint',
    url,
    retryPolicy: { triesMax: 5, firstDelayMs: 100, factor: 1, delayMaxMs: 5_000 },
    ...overrides,
  });
  return { id: endpoint.id, secret: endpoint.secrets[0]?.value ?? '' };
}

/** Makes a rule that acts on every event from outside unless it says otherwise. */
export async function makeRule(
  api: ApiClient,
  actions: readonly Overrides[],
  overrides: Overrides = {},
): Promise<Identified> {
  return api.post('/v1/rules', { name: 'Test rule', match: {}, actions, ...overrides });
}

export function deliverTo(endpoint: Identified): Overrides {
  return { kind: 'deliver', endpointId: endpoint.id };
}

/** Makes an API key; a null tenant stands for the operator. */
export async function makeApiKey(
  api: ApiClient,
  scope: string,
  tenant: string | null = 'default',
): Promise<string> {
  const made = await api.post<{ value: string }>('/v1/api-keys', { name: scope, scope, tenant });
  return made.value;
}
