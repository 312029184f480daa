import { Matchers } from '@pact-foundation/pact';
import { runCli } from '../../../tools/cli/run-cli.ts';
import { fromState, type HttpPact } from './http-pact.ts';
import { webhookBody } from './provider-states.ts';

const { arrayContaining, eachLike, eachValueMatches, equal, string } = Matchers;

/** The verifier puts a real key in its place. */
const apiKey = 'the key of the pact';
const json = { 'Content-Type': 'application/json' };
const authorized = { Authorization: `Bearer ${apiKey}`, ...json };
const at = Matchers.iso8601DateTimeWithMillis('2026-01-01T12:00:00.000Z');

/** What the command line is, and what a person then reads. */
interface CommandLine {
  readonly args: readonly string[];
  readonly exitCode?: number;
  /** Must stand in what is written. */
  readonly shows: readonly string[];
}

type CliPact = Omit<HttpPact, 'consumer' | 'use' | 'headers'> & CommandLine;

const lists: readonly CliPact[] = [
  list('sources', 'a source', { provider: 'github', name: 'Shop', url: 'http://a.test/hooks/b' }),
  list('endpoints', 'an endpoint', { state: 'enabled', name: 'Shop', url: 'http://a.test/' }),
  list('rules', 'a rule', { state: 'enabled', name: 'all' }),
  list('events', 'a delivered webhook', { time: at, type: 'github.push', source: '/a' }),
  list('webhooks', 'a delivered webhook', {
    receivedAt: at,
    eventType: 'github.push',
    eventId: 'evt_1',
  }),
  list('deliveries', 'a delivered webhook', {
    state: 'delivered',
    endpointId: 'end_1',
    eventId: 'evt_1',
  }),
  {
    ...list('events', 'a delivered webhook', { time: at, type: 'github.push', source: '/a' }),
    title: 'lists events of a type',
    query: { type: 'github.push', limit: '1' },
    args: ['events', 'list', '--type', 'github.push', '--limit', '1'],
  },
];

const looks: readonly CliPact[] = [
  {
    title: 'asks whether Signalbox is ready',
    state: 'a running program',
    method: 'GET',
    path: '/health/ready',
    status: 200,
    reads: {
      status: equal('ready'),
      checks: eachValueMatches({ storage: { status: 'up' } }, Matchers.like({ status: 'up' })),
    },
    args: ['status'],
    shows: ['is ready', 'storage'],
  },
  {
    title: 'shows an event with its timeline',
    state: 'a delivered webhook',
    method: 'GET',
    path: fromState('eventId', 'evt_1', '/v1/events/'),
    status: 200,
    reads: {
      id: string('evt_1'),
      type: string('github.push'),
      traceId: string('4bf92f3577b34da6a3ce929d0e0e4736'),
      timeline: arrayContaining(
        {
          kind: equal('webhook-received'),
          at,
          webhookId: string('whk_1'),
          provider: string('github'),
          bodyBytes: Matchers.integer(25),
        },
        { kind: equal('rule-matched'), at, ruleName: string('all') },
        {
          kind: equal('delivery'),
          at,
          deliveryId: string('dlv_1'),
          endpointId: string('end_1'),
          state: string('delivered'),
          attempts: eachLike({ durationMs: Matchers.integer(7), status: Matchers.integer(200) }),
        },
      ),
    },
    args: ['events', 'show', 'evt_1'],
    shows: ['github.push  evt_1', 'delivery dlv_1 to end_1: delivered', 'answered 200 after 7 ms'],
  },
  {
    title: 'asks for an event that is not there',
    state: 'a running program',
    method: 'GET',
    path: '/v1/events/evt_00000000000000000000000000000000',
    status: 404,
    contentType: 'application/problem+json',
    reads: {
      code: equal('event-processing.event-not-found'),
      detail: string('There is no such event.'),
      traceId: string('4bf92f3577b34da6a3ce929d0e0e4736'),
    },
    args: ['events', 'show', 'evt_00000000000000000000000000000000'],
    exitCode: 1,
    shows: ['404 event-processing.event-not-found: There is no such event.', 'trace 4bf92f35'],
  },
  {
    title: 'writes the bytes of a webhook',
    state: 'a delivered webhook',
    method: 'GET',
    path: fromState('webhookId', 'whk_1', '/v1/webhooks/', '/body'),
    status: 200,
    readsBytes: ['application/json', webhookBody],
    args: ['webhooks', 'body', 'whk_1'],
    shows: [webhookBody],
  },
];

const changes: readonly CliPact[] = [
  {
    title: 'makes a source',
    state: 'a running program',
    method: 'POST',
    path: '/v1/sources',
    body: { name: 'Shop', provider: 'github' },
    status: 201,
    reads: {
      id: string('src_1'),
      name: equal('Shop'),
      url: string('http://a.test/hooks/b'),
      secrets: eachLike({ value: string('once') }),
    },
    args: ['sources', 'create', 'Shop', 'github'],
    shows: ['Made the source src_1 (Shop).', 'http://a.test/hooks/b', 'once'],
  },
  {
    title: 'makes a source of a provider that there is not',
    state: 'a running program',
    method: 'POST',
    path: '/v1/sources',
    body: { name: 'Shop', provider: 'nobody' },
    status: 400,
    contentType: 'application/problem+json',
    reads: {
      code: equal('webhooks.unknown-provider'),
      detail: string('Something is wrong.'),
      traceId: string('4bf92f3577b34da6a3ce929d0e0e4736'),
      fields: eachLike({ path: equal('provider'), fault: string('is none') }),
    },
    args: ['sources', 'create', 'Shop', 'nobody'],
    exitCode: 1,
    shows: ['400 webhooks.unknown-provider', 'provider: is none'],
  },
  {
    title: 'makes an endpoint',
    state: 'a running program',
    method: 'POST',
    path: '/v1/endpoints',
    body: { name: 'Shop', url: 'http://127.0.0.1:9/' },
    status: 201,
    reads: {
      id: string('end_1'),
      name: equal('Shop'),
      url: equal('http://127.0.0.1:9/'),
      secrets: eachLike({ value: string('whsec_once') }),
    },
    args: ['endpoints', 'create', 'Shop', 'http://127.0.0.1:9/'],
    shows: ['Made the endpoint end_1 (Shop).', 'whsec_once'],
  },
  {
    title: 'makes a rule',
    state: 'an endpoint',
    method: 'POST',
    path: '/v1/rules',
    body: {
      name: 'all',
      match: { types: ['other.*'] },
      actions: [{ kind: 'deliver', endpointId: fromState('endpointId', 'end_1') }],
    },
    status: 201,
    reads: { id: string('rul_1'), name: equal('all') },
    args: ['rules', 'create', '--file', new URL('rule.json', import.meta.url).pathname],
    shows: ['Made the rule rul_1 (all).'],
  },
  {
    title: 'delivers again',
    state: 'a delivered webhook',
    method: 'POST',
    path: fromState('deliveryId', 'dlv_1', '/v1/deliveries/', '/retry'),
    status: 202,
    reads: { id: string('dlv_1'), state: equal('due') },
    args: ['deliveries', 'retry', 'dlv_1'],
    shows: ['dlv_1 is due.'],
  },
];

/** Every request that the CLI makes of the API. */
export const cliPacts: readonly HttpPact[] = [...lists, ...looks, ...changes].map((pact) => ({
  ...pact,
  consumer: 'cli',
  ...(pact.path === '/health/ready' ? {} : { headers: headersOf(pact) }),
  use: (url) => runs(pact, url),
}));

/** What `webhooks body` sends differs, since it wants bytes. */
function headersOf({ readsBytes }: CliPact): Record<string, string> {
  return readsBytes === undefined ? authorized : { Authorization: authorized.Authorization };
}

async function runs({ args, exitCode = 0, shows }: CommandLine, url: string): Promise<void> {
  let written = '';
  const write = (text: string | Uint8Array) => {
    written += typeof text === 'string' ? text : Buffer.from(text).toString();
  };
  const environment = { SIGNALBOX_URL: url, SIGNALBOX_API_KEY: apiKey };
  const code = await runCli(args, environment, { out: write, err: write });
  for (const text of shows) expect(written).toContain(text);
  expect(code).toBe(exitCode);
}

function list(name: string, state: HttpPact['state'], item: Record<string, unknown>): CliPact {
  const shown = Object.values(item).filter((value) => typeof value === 'string');
  const matched = Object.entries(item).map(([field, value]) => [
    field,
    typeof value === 'string' ? string(value) : value,
  ]);
  return {
    title: `lists ${name}`,
    state,
    method: 'GET',
    path: `/v1/${name}`,
    status: 200,
    reads: { items: eachLike({ id: string('x_1'), ...Object.fromEntries(matched) }) },
    args: [name, 'list'],
    shows: ['x_1', ...shown],
  };
}
