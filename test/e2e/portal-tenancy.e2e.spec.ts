import { RouteScan, type ScannedRoute } from '#shared-kernel/http/route-scan.js';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import {
  callerOf,
  deliveriesOf,
  makePortalEndpoint,
  makePortalToken,
  type PortalCall,
  type PortalEndpoint,
  publishIn,
} from '../support/portal.ts';
import { expectProblem } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

let signalbox: TestSignalbox;
let sink: HttpSink;
let owner: PortalCall;
let victim: PortalEndpoint;
/** What belongs to the victim, by the part of the path that it stands behind. */
let idFor: Record<string, string>;

beforeAll(async () => {
  // Nothing is ever delivered, so the victim's delivery stays one that could be retried.
  sink = await startHttpSink(() => 500);
  signalbox = await runSignalbox();
  owner = callerOf(signalbox, await makePortalToken(signalbox, 'owner'));
  victim = await makePortalEndpoint(owner, `${sink.url}/victim`);
  await publishIn(signalbox, 'owner');
  const [delivery] = await waitFor('the delivery', async () => {
    const all = await deliveriesOf(owner);
    return all.length === 1 && all;
  });
  const from = '2020-01-01T00:00:00Z';
  const replay = await owner('POST', `/endpoints/${victim.id}/replay`, { from });
  idFor = {
    endpoints: victim.id,
    deliveries: delivery?.id ?? '',
    replays: replay.json<{ id: string }>().id,
  };
}, 30_000);
afterAll(async () => {
  await signalbox.stop();
  await sink.close();
});

const bodies: Record<string, object> = {
  'post /endpoints/{id}/replay': { from: '2020-01-01T00:00:00Z' },
  'patch /endpoints/{id}': { name: 'stolen', eventTypes: ['*'] },
};

/** Asks a route for what belongs to the victim; a list for all that the stranger may see. */
async function tryRoute({ method, path: whole }: ScannedRoute, stranger: PortalCall) {
  const path = whole.replace('/v1/portal', '');
  const kind = path.split('/')[1] ?? '';
  const isList = !path.includes('{id}');
  // Making an endpoint names nothing of anybody.
  if (method === 'post' && isList) return;
  const target = path
    .replace('{id}', idFor[kind] ?? '')
    .replace('{secretId}', victim.secrets[0]?.id ?? '');
  const answer = await stranger(method.toUpperCase(), target, bodies[`${method} ${path}`]);
  expect([whole, answer.status]).toEqual([whole, isList ? 200 : 404]);
  for (const id of Object.values(idFor)) expect(answer.text).not.toContain(`"${id}"`);
}

it('no portal route shows or changes what is of another tenant, or not for the token', async () => {
  const routes = signalbox.app
    .get(RouteScan, { strict: false })
    .routes()
    .filter(({ rule }) => rule.startsWith('portal:'));
  expect(routes.length).toBeGreaterThanOrEqual(14);
  const own = await makePortalEndpoint(owner, `${sink.url}/own`);
  const before = await owner('GET', `/endpoints/${victim.id}`);
  const tokens = [
    await makePortalToken(signalbox, 'stranger'),
    await makePortalToken(signalbox, 'stranger', { endpoints: [victim.id] }),
    await makePortalToken(signalbox, 'owner', { endpoints: [own.id] }),
  ];
  for (const token of tokens) {
    const stranger = callerOf(signalbox, token);
    for (const route of routes) await tryRoute(route, stranger);
    const asked = await stranger('GET', `/deliveries?endpointId=${victim.id}`);
    expectProblem(asked, 'deliveries.endpoint-not-found');
  }
  expect((await owner('GET', `/endpoints/${victim.id}`)).text).toBe(before.text);
});
