import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { type MailSink, startMailSink } from '../../tools/support/mail-sink.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { entriesOf, sendWebhook, settledEvent, type TestEvent } from '../support/events.ts';
import { deliverTo, makeEndpoint, makeRule, makeSource } from '../support/factories.ts';
import { expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly attempts: readonly { readonly number: number; readonly verdict: string }[];
}

let mailSink: MailSink;
let signalbox: TestSignalbox;
let sink: HttpSink;
/** What the sink answers to each path, try by try; the last one again and again. */
const answers: Record<string, number[]> = {};

beforeAll(async () => {
  mailSink = await startMailSink();
  sink = await startHttpSink(({ path }) => {
    const left = answers[path] ?? [200];
    return (left.length > 1 ? left.shift() : left[0]) ?? 200;
  });
  signalbox = await runSignalbox({ settings: { SMTP_URL: mailSink.url } });
}, 30_000);
afterAll(async () => {
  await signalbox.stop();
  await sink.close();
  await mailSink.close();
});

const taken = (path: string) => sink.taken.filter((one) => one.path === path);

/** A source whose webhooks all go to one endpoint with these answers. */
async function routeTo(path: string, statuses: number[], overrides: object = {}) {
  answers[path] = statuses;
  const { api, url } = signalbox;
  const source = await makeSource(api);
  const endpoint = await makeEndpoint(api, `${sink.url}${path}`, { ...overrides });
  await makeRule(api, [deliverTo(endpoint)], { match: { sources: [source.id] } });
  return { endpoint, send: () => sendWebhook(url, source) };
}

async function deliveryOf(eventId: string): Promise<Delivery> {
  const event = await settledEvent(signalbox.api, eventId);
  return signalbox.api.get(`/v1/deliveries/${entriesOf(event, 'delivery')[0]?.deliveryId}`);
}

const quick = (triesMax: number) => ({
  retryPolicy: { triesMax, firstDelayMs: 100, factor: 1, delayMaxMs: 100 },
});

describe('an endpoint that fails', () => {
  it('is tried again with the same id and body and a new signature, until it accepts', async () => {
    const { endpoint, send } = await routeTo('/recovers', [500, 302, 404, 200]);
    const eventId = await send();
    const delivery = await deliveryOf(eventId);

    expect(delivery).toMatchObject({
      state: 'delivered',
      attempts: [
        { number: 1, verdict: 'retry', status: 500, bodyStart: 'ok', failure: null },
        { number: 2, verdict: 'retry', status: 302 },
        { number: 3, verdict: 'retry', status: 404 },
        { number: 4, verdict: 'delivered', status: 200 },
      ],
    });
    const tries = taken('/recovers');
    expect(tries).toHaveLength(4);
    for (const { headers, body } of tries) {
      expect(headers['webhook-id']).toBe(eventId);
      new Webhook(endpoint.secret).verify(body.toString(), headers as Record<string, string>);
    }
    expect(new Set(tries.map(({ body }) => body.toString())).size).toBe(1);
    // One trace, and a span of its own for every try.
    const parents = new Set(tries.map(({ headers }) => headers['traceparent']));
    expect(parents.size).toBe(4);
    expect(new Set([...parents].map((parent) => String(parent).slice(3, 35))).size).toBe(1);
  });

  it('and hangs up is tried again as well', async () => {
    const server = createServer((incoming) => incoming.socket.destroy());
    const url = await listen(server);
    const source = await makeSource(signalbox.api);
    const endpoint = await makeEndpoint(signalbox.api, url, quick(2));
    await makeRule(signalbox.api, [deliverTo(endpoint)], { match: { sources: [source.id] } });
    const delivery = await deliveryOf(await sendWebhook(signalbox.url, source));
    expect(delivery).toMatchObject({
      state: 'exhausted',
      attempts: [
        { verdict: 'retry', status: null, failedStage: 'answer-broken' },
        { verdict: 'retry', status: null, failure: expect.stringMatching(/\S/) },
      ],
    });
    server.close();
  });

  it('is given the time that it asks for', async () => {
    const takenAtMs: number[] = [];
    const server = createServer((_incoming, response) => {
      const isFirst = takenAtMs.push(Date.now()) === 1;
      response.writeHead(isFirst ? 429 : 204, isFirst ? { 'retry-after': '1' } : {}).end();
    });
    const url = await listen(server);
    const source = await makeSource(signalbox.api);
    const endpoint = await makeEndpoint(signalbox.api, url);
    await makeRule(signalbox.api, [deliverTo(endpoint)], { match: { sources: [source.id] } });
    expect(await deliveryOf(await sendWebhook(signalbox.url, source))).toMatchObject({
      state: 'delivered',
      attempts: [{ status: 429 }, { status: 204 }],
    });
    const [first = 0, second = 0] = takenAtMs;
    expect(second - first).toBeGreaterThanOrEqual(1_000);
    server.close();
  });

  it('and is gone for good is disabled, and nothing more is sent to it', async () => {
    const { endpoint, send } = await routeTo('/gone', [410]);
    expect(await deliveryOf(await send())).toMatchObject({
      state: 'exhausted',
      attempts: [{ verdict: 'give-up', status: 410 }],
    });
    const { api } = signalbox;
    const shown = await api.get(`/v1/endpoints/${endpoint.id}`);
    expect(shown).toMatchObject({
      state: 'disabled',
      disabledReason: expect.stringMatching(/gone/),
    });
    expect(await deliveryOf(await send())).toMatchObject({ state: 'discarded', attempts: [] });
    expect(taken('/gone')).toHaveLength(1);
  });

  it('and is disabled mails those whose rule names that', async () => {
    const { endpoint, send } = await routeTo('/dismantled', [410]);
    const { api } = signalbox;
    const mail = {
      kind: 'email',
      to: ['ops@example.com'],
      subject: '{{ event.data.endpointName }} is disabled',
      text: '{{ event.data.reason }}: {{ event.data.lastFailure }}',
    };
    const types = ['communication.endpoint-disabled'];
    const data = [{ path: 'endpointId', equals: endpoint.id }];
    await makeRule(api, [mail], { match: { types, data } });
    await send();
    const { text } = await waitFor('the mail about it', () =>
      mailSink.mails.find(({ subject }) => subject?.endsWith('is disabled')),
    );
    expect(text).toContain('the receiver is gone for good: answered 410');
  });

  it('does not hold up the others', async () => {
    const hanging = createServer();
    const source = await makeSource(signalbox.api);
    const stuck = await makeEndpoint(signalbox.api, await listen(hanging), quick(1));
    await makeRule(signalbox.api, [deliverTo(stuck)], { match: { sources: [source.id] } });
    await Promise.all(Array.from({ length: 150 }, () => sendWebhook(signalbox.url, source)));
    const { send } = await routeTo('/lively', [200]);
    const startedAt = performance.now();
    expect(await deliveryOf(await send())).toMatchObject({ state: 'delivered' });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await signalbox.api.call('DELETE', `/v1/endpoints/${stuck.id}`);
    hanging.closeAllConnections();
    hanging.close();
  });
});

describe('a delivery whose tries are used up', () => {
  it('is an event of its own, which mails those whose rule names it and meets no other rule', async () => {
    const { endpoint, send } = await routeTo('/down', [503], quick(2));
    const { api } = signalbox;
    await makeRule(
      api,
      [
        {
          kind: 'email',
          to: ['ops@example.com'],
          subject: 'Given up after {{ event.data.attempts }} tries',
          text: '{{ event.data.deliveryId }}: {{ event.data.lastFailure }}',
        },
      ],
      {
        match: {
          types: ['communication.delivery-exhausted'],
          data: [{ path: 'endpointId', equals: endpoint.id }],
        },
      },
    );
    const everything = await makeRule(api, [deliverTo(endpoint)], { match: {} });

    const delivery = await deliveryOf(await send());
    expect(delivery).toMatchObject({ state: 'exhausted', attempts: [{}, {}] });
    const mail = await waitFor('the mail about it', () =>
      mailSink.mails.find(({ subject }) => subject === 'Given up after 2 tries'),
    );
    expect(mail.text).toContain(delivery.id);
    const { items } = await api.get<{ items: TestEvent[] }>(
      '/v1/events?type=communication.delivery-exhausted&derived=true',
    );
    const about = await Promise.all(items.map(({ id }) => settledEvent(api, id)));
    const mails = about.map((event) => entriesOf(event, 'notification').length);
    expect(mails.filter((count) => count > 0)).toEqual([1]);
    expect(about.flatMap((event) => entriesOf(event, 'delivery'))).toEqual([]);
    expect(taken('/down')).toHaveLength(2);
    await api.call('DELETE', `/v1/rules/${everything.id}`);
  });

  it('can be sent again by hand', async () => {
    const { send } = await routeTo('/later', [500, 200], quick(1));
    const eventId = await send();
    const { id } = await deliveryOf(eventId);
    await signalbox.api.post(`/v1/deliveries/${id}/retry`, {});
    const delivery = await waitFor('the second run', async () => {
      const found = await signalbox.api.get<Delivery>(`/v1/deliveries/${id}`);
      return found.state === 'delivered' ? found : undefined;
    });
    expect(delivery.attempts.map(({ number }) => number)).toEqual([1, 2]);
    expect(new Set(taken('/later').map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([eventId]),
    );
    const viewer = { method: 'POST', apiKey: signalbox.apiKey };
    const unknown = await request(`${signalbox.url}/v1/deliveries/dlv_1/retry`, viewer);
    expectProblem(unknown, 'deliveries.delivery-not-found');
  });
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
