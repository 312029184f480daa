import { createPublicKey, verify } from 'node:crypto';
import { always } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { waitFor } from '../../tools/support/wait-for.ts';
import { EndpointBench } from '../support/endpoint-bench.ts';

let bench: EndpointBench;
beforeAll(async () => {
  bench = await EndpointBench.start();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

describe('an endpoint that names event types', () => {
  it('gets only events of these, whatever the rules say', async () => {
    const exact = await bench.newEndpoint({ eventTypes: ['order.created'] });
    const prefix = await bench.newEndpoint({ eventTypes: ['invoice.*', 'order.*'] });
    const other = await bench.newEndpoint({
      eventTypes: ['order', 'order.create', 'order.created.x*'],
    });
    const eventId = await bench.publish(exact.id, prefix.id, other.id);
    await bench.settled(eventId);
    await waitFor('both messages', () => bench.sent().length === 2);
    const reached = (await bench.deliveriesOf(eventId)).map(({ endpointId }) => endpointId);
    expect(reached.sort()).toEqual([exact.id, prefix.id].sort());
  });
});

describe('an endpoint with a format, headers and signatures of its own', () => {
  it('gets binary CloudEvents that are signed with Ed25519, also by RFC 9421', async () => {
    const endpoint = await bench.newEndpoint({
      payloadFormat: 'cloudevents-binary',
      headers: { 'x-team': 'orders', 'x-key': { value: 'swordfish', secret: true } },
      secretKind: 'v1a',
      httpSignatures: true,
    });
    const eventId = await bench.publish(endpoint.id);
    await bench.settled(eventId);
    const [message] = bench.sent();
    expect(message?.body).toBe('{"order":1}');
    const { headers } = message!;
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'ce-id': eventId,
      'ce-type': 'order.created',
      'x-team': 'orders',
      'x-key': 'swordfish',
      'signature-input': expect.stringContaining('"ce-type"'),
    });
    const jwks = await fetch(`${bench.signalbox.url}/v1/endpoints/${endpoint.id}/jwks`);
    const { keys } = (await jwks.json()) as { keys: { kid: string; kty: string }[] };
    expect(headers['signature-input']).toContain(`keyid="${keys[0]?.kid}"`);
    const key = createPublicKey({ key: keys[0]!, format: 'jwk' });
    const text = `${eventId}.${headers['webhook-timestamp']}.${message?.body}`;
    const [kind, signature = ''] = headers['webhook-signature']?.split(',') ?? [];
    expect(kind).toBe('v1a');
    expect(verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))).toBe(true);
  });
});

it('endpoints that were stored before there were options have the defaults', async () => {
  const { id } = await bench.newEndpoint({ httpSignatures: true });
  const statement = { sql: 'UPDATE endpoint SET options = NULL WHERE id = ?', parameters: [id] };
  await bench.signalbox.app.get(Store).commit([always(statement)]);
  expect(await bench.view(id)).toMatchObject({ httpSignatures: false, headers: {} });
});
