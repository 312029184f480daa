import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import {
  failedStages,
  judge,
  stageRules,
  statusRules,
} from '#communication/deliveries/domain/judge-outcome.js';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import {
  type DeliveriesApp,
  deliverTo,
  publishedEvent,
  ruleMatched,
  startDeliveriesApp,
} from '../support/deliveries-app.ts';

interface Tried {
  readonly state: string;
  readonly attempts: readonly {
    readonly verdict: string;
    readonly why: string;
    readonly status: number | null;
    readonly failedStage: string | null;
  }[];
}

let signalbox: DeliveriesApp;
let sink: HttpSink;
const servers: Server[] = [];

beforeAll(async () => {
  sink = await startHttpSink(({ path }) => Number(path.slice(1)));
  signalbox = await startDeliveriesApp();
});
afterAll(async () => {
  await signalbox.close();
  await sink.close();
  for (const server of servers) server.close();
});

/** A server that does with each connection what the test says. */
async function serve(talk: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    talk(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Delivers one event to a URL, over real sockets, and waits for what became of its first try. */
async function deliver(url: string): Promise<Tried & { endpoint: { state: string } }> {
  const body = { name: 'outcome', url, timeoutMs: 1_000 };
  const endpoint = (await signalbox.call('POST', '/v1/endpoints', body)).json<{ id: string }>();
  const event = publishedEvent();
  const matched = ruleMatched(event.id ?? '', deliverTo(endpoint.id));
  await signalbox.log.commit({ events: [event, matched] });
  const tried = await waitFor(`a try of ${url}`, async () => {
    const list = await signalbox.call('GET', `/v1/deliveries?eventId=${event.id}`);
    const [item] = list.json<{ items: { id: string; attemptsMade: number }[] }>().items;
    if (item === undefined || item.attemptsMade === 0) return undefined;
    return (await signalbox.call('GET', `/v1/deliveries/${item.id}`)).json<Tried>();
  });
  const state = await signalbox.call('GET', `/v1/endpoints/${endpoint.id}`);
  return { ...tried, endpoint: state.json() };
}

const stateAfter = { delivered: 'delivered', retry: 'due', 'give-up': 'exhausted' };

describe('an answer', () => {
  const statuses = [...new Set(statusRules.flatMap(({ from, to }) => [from, to])), 600, 999];

  it.each(statuses)('of %d leads to what the table says', async (status) => {
    const answered = { retryAfter: null, bodyStart: '', durationMs: 1 };
    const expected = judge({ kind: 'answered', status, ...answered });
    const { state, attempts, endpoint } = await deliver(`${sink.url}/${status}`);
    expect(attempts).toMatchObject([{ status, verdict: expected.verdict, why: expected.why }]);
    expect(state).toBe(stateAfter[expected.verdict]);
    expect(endpoint.state).toBe(status === 410 ? 'disabled' : 'enabled');
  });

  it('that is larger than anybody needs is judged by its status', async () => {
    const host = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n');
      socket.write(Buffer.alloc(200_000, 'x'));
    });
    const { state, attempts } = await deliver(`http://${host}/`);
    expect(attempts).toMatchObject([{ status: 200 }]);
    expect(state).toBe('delivered');
  });
});

describe('a failure', () => {
  const refuses = async () => {
    const host = await serve(() => undefined);
    const server = servers.pop();
    server?.close();
    await once(server as Server, 'close');
    return `http://${host}/`;
  };
  const failures: [(typeof failedStages)[number], string, () => Promise<string>][] = [
    ['dns', 'a name that does not exist', async () => 'http://nobody.invalid/'],
    ['connect', 'a port that is closed', refuses],
    ['tls', 'a server without TLS', async () => `https://${new URL(sink.url).host}/200`],
    ['timeout', 'no answer', async () => `http://${await serve(() => undefined)}/`],
    [
      'timeout',
      'headers that do not end',
      async () => `http://${await serve((socket) => socket.write('HTTP/1.1 200 OK\r\na: b\r\n'))}/`,
    ],
    [
      'timeout',
      'a body that does not end',
      async () => {
        const start = 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx';
        return `http://${await serve((socket) => socket.write(start))}/`;
      },
    ],
    [
      'answer-broken',
      'an answer that is not HTTP',
      async () => `http://${await serve((socket) => socket.end('hello\r\n\r\n'))}/`,
    ],
    [
      'answer-broken',
      'a connection that ends too soon',
      async () => `http://${await serve((socket) => socket.on('data', () => socket.destroy()))}/`,
    ],
  ];

  it.each(failures)('at the stage %s by %s is tried again', async (stage, _how, target) => {
    const { state, attempts, endpoint } = await deliver(await target());
    expect(attempts).toMatchObject([
      { failedStage: stage, status: null, verdict: 'retry', why: stageRules[stage].why },
    ]);
    expect(state).toBe('due');
    expect(endpoint.state).toBe('enabled');
  });
});

describe('a rate', () => {
  it('is never exceeded by two percent, beside a backlog', async () => {
    const perSecond = 200;
    const seconds = 3;
    const body = { name: 'paced', url: `${sink.url}/200`, rate: { perSecond } };
    const { id } = (await signalbox.call('POST', '/v1/endpoints', body)).json<{ id: string }>();
    const events = Array.from({ length: perSecond * seconds + 1 }, () => publishedEvent());
    const before = sink.taken.length;
    const matched = events.map((event) => ruleMatched(event.id ?? '', deliverTo(id)));
    const startedAtMs = Date.now();
    await signalbox.log.commit({ events: [...events, ...matched] });
    await waitFor('all', () => sink.taken.length - before >= events.length, 20_000);
    const times = sink.taken.slice(before).map(({ takenAtMs }) => takenAtMs);
    // From the first that may go. A lane that was late catches up, so that only the whole counts;
    // a busy machine may end late.
    const lastedMs = (times.at(-1) ?? 0) - startedAtMs;
    expect(lastedMs).toBeGreaterThan(seconds * 1_000 * 0.98);
    expect(lastedMs).toBeLessThan(seconds * 1_000 * 1.2);
  }, 30_000);
});
