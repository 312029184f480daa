import { createServer, type ServerResponse } from 'node:http';
import { waitFor } from '../../tools/support/wait-for.ts';
import {
  type DeliveriesApp,
  deliverTo,
  publishedEvent,
  ruleMatched,
  startDeliveriesApp,
} from './deliveries-app.ts';
import { portOf } from './message-senders.ts';

/** One request that the receiver took. */
interface Taken {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

type AnswerRequest = (request: Taken, response: ServerResponse) => void;

interface NewEndpoint {
  readonly id: string;
}

interface Delivery {
  readonly id: string;
  readonly endpointId: string;
  readonly state: string;
}

/** Times that let a test see several tries. */
export const retryPolicy = { firstDelayMs: 100, delayMaxMs: 100, triesMax: 5 };

/** The deliveries module with one server that is receiver and token server, as the test says. */
export class EndpointBench {
  /** What the server was sent since the last `reset`, oldest first. */
  taken: Taken[] = [];
  answer: AnswerRequest = (_request, response) => response.end('ok');

  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      const body = Buffer.concat(chunks).toString();
      const one = { method: request.method ?? '', path: request.url ?? '', headers, body };
      this.taken.push(one);
      this.answer(one, response);
    });
  });

  private constructor(readonly signalbox: DeliveriesApp) {}

  private port = 0;

  static async start(env: Record<string, string> = {}): Promise<EndpointBench> {
    const bench = new EndpointBench(await startDeliveriesApp({ env }));
    bench.port = await portOf(bench.server);
    return bench;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  reset(): void {
    this.taken = [];
    this.answer = (_request, response) => response.end('ok');
  }

  async close(): Promise<void> {
    await this.signalbox.close();
    this.server.closeAllConnections();
    this.server.close();
  }

  async newEndpoint(options: object = {}): Promise<NewEndpoint> {
    const body = { name: 'o', url: `${this.url}/hook`, retryPolicy, ...options };
    const made = await this.signalbox.call('POST', '/v1/endpoints', body);
    if (made.status !== 201) throw new Error(`no endpoint: ${made.text}`);
    return made.json<NewEndpoint>();
  }

  async view(id: string): Promise<Record<string, unknown>> {
    return (await this.signalbox.call('GET', `/v1/endpoints/${id}`)).json();
  }

  /** Publishes an event of the type `order.created` and lets a rule send it to these. */
  async publish(...endpointIds: string[]): Promise<string> {
    const event = publishedEvent();
    const matched = ruleMatched(event.id ?? '', deliverTo(...endpointIds));
    await this.signalbox.log.commit({ events: [event, matched] });
    return event.id ?? '';
  }

  async deliveriesOf(eventId: string): Promise<Delivery[]> {
    const found = await this.signalbox.call('GET', `/v1/deliveries?eventId=${eventId}`);
    return found.json<{ items: Delivery[] }>().items;
  }

  /** The first delivery of an event, when it has ended. */
  settled(eventId: string): Promise<Delivery> {
    return waitFor('the delivery to settle', async () => {
      const [delivery] = await this.deliveriesOf(eventId);
      return delivery !== undefined && delivery.state !== 'due' && delivery;
    });
  }

  async attemptsOf(deliveryId: string): Promise<Record<string, unknown>[]> {
    const read = await this.signalbox.call('GET', `/v1/deliveries/${deliveryId}`);
    return read.json<{ attempts: Record<string, unknown>[] }>().attempts;
  }

  sent(path = '/hook', method = 'POST'): Taken[] {
    return this.taken.filter((one) => one.path === path && one.method === method);
  }
}
