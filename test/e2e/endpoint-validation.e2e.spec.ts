import { waitFor } from '../../tools/support/wait-for.ts';
import { EndpointBench, retryPolicy } from '../support/endpoint-bench.ts';

let bench: EndpointBench;
beforeAll(async () => {
  bench = await EndpointBench.start({ PUBLIC_URL: 'https://hooks.signalbox.example/base' });
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

describe('an endpoint that is asked first', () => {
  const validation = 'cloudevents-options';
  const grant = (headers: Record<string, string>, status = 200) => {
    bench.answer = ({ method }, response) => {
      if (method === 'OPTIONS') response.writeHead(status, headers).end();
      else response.end();
    };
  };

  it('is asked once before its first messages, and shows what it allowed', async () => {
    const allowed = 'hooks.signalbox.example';
    grant({ 'webhook-allowed-origin': allowed, 'webhook-allowed-rate': '120' });
    const { id } = await bench.newEndpoint({ validation });
    expect(await bench.view(id)).toMatchObject({ validationState: { state: 'pending' } });
    await Promise.all(
      (await Promise.all([bench.publish(id), bench.publish(id)])).map((eventId) =>
        bench.settled(eventId),
      ),
    );
    expect(
      bench.sent('/hook', 'OPTIONS').map(({ headers }) => headers['webhook-request-origin']),
    ).toEqual([allowed]);
    expect(bench.sent().map(({ headers }) => headers['webhook-request-origin'])).toEqual([
      allowed,
      allowed,
    ]);
    expect(await bench.view(id)).toMatchObject({
      validationState: { state: 'granted', ratePerMinute: 120, fault: null },
    });
  });

  it('gets nothing while it refuses, and is asked again with the next try', async () => {
    grant({});
    const { id } = await bench.newEndpoint({ validation });
    const eventId = await bench.publish(id);
    await waitFor('two questions', () => bench.sent('/hook', 'OPTIONS').length >= 2);
    expect(bench.sent()).toEqual([]);
    expect(await bench.view(id)).toMatchObject({
      validationState: { state: 'refused', fault: 'WebHook-Allowed-Origin is missing' },
    });
    grant({ 'webhook-allowed-origin': '*' }, 204);
    const { id: deliveryId } = await bench.settled(eventId);
    expect(bench.sent()).toHaveLength(1);
    const attempts = await bench.attemptsOf(deliveryId);
    expect(attempts.at(0)).toMatchObject({ failedStage: 'validation', verdict: 'retry' });
    expect(attempts.at(-1)).toMatchObject({ verdict: 'delivered' });
    expect(await bench.view(id)).toMatchObject({
      validationState: { state: 'granted', ratePerMinute: null, fault: null },
    });
  });

  it('has refused when it cannot be reached', async () => {
    const once = { ...retryPolicy, triesMax: 1 };
    const url = 'http://127.0.0.1:1/hook';
    const { id } = await bench.newEndpoint({ url, validation, retryPolicy: once });
    const { id: deliveryId } = await bench.settled(await bench.publish(id));
    expect(await bench.attemptsOf(deliveryId)).toMatchObject([
      { failedStage: 'validation', failure: expect.stringMatching(/^connect: .*ECONNREFUSED/) },
    ]);
  });

  it('is asked again at another URL', async () => {
    grant({ 'webhook-allowed-origin': '*' });
    const { id } = await bench.newEndpoint({ validation });
    await bench.settled(await bench.publish(id));
    const patch = { url: `${bench.url}/moved` };
    const moved = await bench.signalbox.call('PATCH', `/v1/endpoints/${id}`, patch);
    expect(moved.json()).toMatchObject({ validationState: { state: 'pending' } });
    await bench.settled(await bench.publish(id));
    expect(bench.sent('/moved', 'OPTIONS')).toHaveLength(1);
    expect(bench.sent('/moved')).toHaveLength(1);
  });

  it.each([
    [{ 'webhook-allowed-origin': 'other.example' }, 200, 'another origin'],
    [{ 'webhook-allowed-origin': '*', 'webhook-allowed-rate': 'lots' }, 200, 'no number'],
    [{ 'webhook-allowed-origin': '*' }, 405, 'answered 405'],
  ])('has refused when it answers %j with %d', async (headers, status, fault) => {
    grant(headers, status);
    const once = { ...retryPolicy, triesMax: 1 };
    const { id } = await bench.newEndpoint({ validation, retryPolicy: once });
    await bench.settled(await bench.publish(id));
    expect(bench.sent()).toEqual([]);
    expect(await bench.view(id)).toMatchObject({
      validationState: { state: 'refused', fault: expect.stringContaining(fault) },
    });
  });
});
