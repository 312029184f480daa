import { EndpointBench, retryPolicy } from '../support/endpoint-bench.ts';

let bench: EndpointBench;
beforeAll(async () => {
  bench = await EndpointBench.start();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

describe('an endpoint behind OAuth', () => {
  const auth = (overrides: object = {}) => ({
    kind: 'oauth2-client-credentials',
    tokenUrl: `${bench.url}/token`,
    clientId: 'me & you',
    clientSecret: 'a:b c',
    scope: 'hooks',
    audience: 'orders',
    ...overrides,
  });
  const tokens = (lifetimeSeconds?: number) => {
    let count = 0;
    const refused = new Set<string>();
    bench.answer = ({ path, headers }, response) => {
      if (path === '/token') {
        count += 1;
        const token = { access_token: `t${count}`, token_type: 'Bearer' };
        const lifetime = lifetimeSeconds === undefined ? {} : { expires_in: lifetimeSeconds };
        response.end(JSON.stringify({ ...token, ...lifetime }));
      } else {
        const token = headers['authorization']?.slice('Bearer '.length) ?? '';
        response.writeHead(refused.has(token) ? 401 : 200).end();
      }
    };
    return refused;
  };
  const used = () => bench.sent().map(({ headers }) => headers['authorization']);

  it('gets a token that is asked for once, and kept', async () => {
    tokens(3_600);
    const { id } = await bench.newEndpoint({ auth: auth() });
    await Promise.all(
      (await Promise.all([bench.publish(id), bench.publish(id), bench.publish(id)])).map(
        (eventId) => bench.settled(eventId),
      ),
    );
    await bench.settled(await bench.publish(id));
    expect(used()).toEqual(Array.from({ length: 4 }, () => 'Bearer t1'));
    const [asked, ...more] = bench.sent('/token');
    expect(more).toEqual([]);
    const pair = Buffer.from('me+%26+you:a%3Ab+c').toString('base64');
    expect(asked?.headers).toMatchObject({
      authorization: `Basic ${pair}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'hooks',
      audience: 'orders',
    });
  });

  it('gets the client in the form when it wants it there', async () => {
    tokens();
    const { id } = await bench.newEndpoint({
      auth: auth({ method: 'client_secret_post', scope: null, audience: null }),
    });
    await bench.settled(await bench.publish(id));
    const [asked] = bench.sent('/token');
    expect(asked?.headers).not.toHaveProperty('authorization');
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'me & you',
      client_secret: 'a:b c',
    });
  });

  it('gets a new token within the same try when it refuses the old one', async () => {
    const refused = tokens(3_600);
    const { id } = await bench.newEndpoint({ auth: auth({ scope: 'again' }) });
    await bench.settled(await bench.publish(id));
    refused.add('t1');
    const { id: deliveryId } = await bench.settled(await bench.publish(id));
    expect(used()).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2']);
    expect(await bench.attemptsOf(deliveryId)).toMatchObject([
      { status: 200, verdict: 'delivered' },
    ]);
  });

  it('gets nothing when the token server cannot be reached', async () => {
    const once = { ...retryPolicy, triesMax: 1 };
    const closed = auth({ tokenUrl: 'http://127.0.0.1:1/token' });
    const { id } = await bench.newEndpoint({ auth: closed, retryPolicy: once });
    const { id: deliveryId } = await bench.settled(await bench.publish(id));
    expect(await bench.attemptsOf(deliveryId)).toMatchObject([
      { failedStage: 'auth', failure: expect.stringMatching(/^connect: .*ECONNREFUSED/) },
    ]);
    expect(bench.sent()).toEqual([]);
  });

  it('is not asked a third time when it refuses a fresh token', async () => {
    const refused = tokens(3_600);
    ['t1', 't2', 't3'].forEach((token) => refused.add(token));
    const once = { ...retryPolicy, triesMax: 1 };
    const { id } = await bench.newEndpoint({ auth: auth({ scope: 'never' }), retryPolicy: once });
    const { id: deliveryId } = await bench.settled(await bench.publish(id));
    expect(used()).toEqual(['Bearer t1']);
    expect(await bench.attemptsOf(deliveryId)).toMatchObject([{ status: 401 }]);
  });

  it('does not get a token that is about to end', async () => {
    tokens(5);
    const { id } = await bench.newEndpoint({ auth: auth({ scope: 'short' }) });
    await bench.settled(await bench.publish(id));
    await bench.settled(await bench.publish(id));
    expect(used()).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it.each([
    ['an error', 400, '{"error":"invalid_client","secret":"x"}', 'the token server answered 400'],
    ['no JSON', 200, 'hello', 'did not answer with a bearer token'],
    ['another kind', 200, '{"access_token":"t","token_type":"mac"}', 'bearer token'],
    ['a token with a line break', 200, '{"access_token":"t\\n","token_type":"bearer"}', 'bearer'],
  ])('gets nothing when the token server answers with %s', async (what, status, text, failure) => {
    bench.answer = ({ path }, response) => {
      if (path === '/token') response.writeHead(status).end(text);
      else response.end();
    };
    const once = { ...retryPolicy, triesMax: 1 };
    const { id } = await bench.newEndpoint({ auth: auth({ scope: what }), retryPolicy: once });
    const { id: deliveryId, state } = await bench.settled(await bench.publish(id));
    expect(state).toBe('exhausted');
    expect(bench.sent()).toEqual([]);
    expect(await bench.attemptsOf(deliveryId)).toMatchObject([
      { failedStage: 'auth', failure: expect.stringContaining(failure), status: null },
    ]);
  });
});
