import { newId } from '#shared-kernel/domain/ids.js';
import { type Answer, request } from './request.ts';
import type { TestSignalbox } from './running-signalbox.ts';

export interface PortalToken {
  readonly id: string;
  readonly value: string;
}

export interface PortalEndpoint {
  readonly id: string;
  readonly eventTypes: readonly string[];
  readonly secrets: readonly { readonly id: string; readonly value?: string }[];
}

interface PortalDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly state: string;
}

/** Sends one request behind `/v1/portal` with a token. */
export type PortalCall = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** Makes a token that may do everything on all endpoints of the tenant, unless it says otherwise. */
export function makePortalToken(
  { api }: TestSignalbox,
  tenant: string,
  overrides: object = {},
): Promise<PortalToken> {
  const permissions = ['read', 'manage', 'secrets', 'send'];
  return api.post('/v1/portal/tokens', { tenant, permissions, ...overrides });
}

export function callerOf({ url }: TestSignalbox, { value }: PortalToken): PortalCall {
  return (method, path, body, headers = {}) =>
    request(`${url}/v1/portal${path}`, { method, apiKey: value, body, headers });
}

export async function makePortalEndpoint(
  portal: PortalCall,
  url: string,
  overrides: object = {},
): Promise<PortalEndpoint> {
  const body = { name: 'Mine', url, eventTypes: ['order.*'], ...overrides };
  const answer = await portal('POST', '/endpoints', body);
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.json();
}

/** Publishes an event in a tenant. @returns its id */
export async function publishIn(
  { url, apiKey }: TestSignalbox,
  tenant: string,
  type = 'order.paid',
): Promise<string> {
  const event = { specversion: '1.0', id: newId('evt', 0), source: '/portal', type };
  const answer = await request(`${url}/v1/events`, {
    method: 'POST',
    apiKey,
    headers: { 'signalbox-tenant': tenant, 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  });
  return answer.json<{ events: [{ id: string }] }>().events[0].id;
}

export async function deliveriesOf(portal: PortalCall, query = ''): Promise<PortalDelivery[]> {
  const answer = await portal('GET', `/deliveries?${query}`);
  return answer.json<{ items: PortalDelivery[] }>().items;
}
