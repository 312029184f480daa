import type { OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { MessageRoute } from '../domain/message-sender.js';
import {
  type ConnectionRules,
  guardedConnector,
  literalFailure,
  tlsOptions,
} from './guarded-connector.js';
import { type ExchangeOutcome, GuardedExchange } from './guarded-exchange.js';
import { RouteCache } from './route-cache.js';

const keepAliveMs = 4_000;
const keepAliveMaxMs = 60_000;

export interface GuardedClientOptions extends ConnectionRules {
  /** An answer is read up to here; then its connection is dropped. */
  readonly answerBytesMax: number;
  /** Further messages to the same origin wait, and their time runs. */
  readonly connectionsPerOriginMax: number;
  /** The operator's forward proxies by their origin, with the URLs that have credentials. */
  readonly proxies: ReadonlyMap<string, string>;
}

/** One request to an address that a stranger chose. */
export interface GuardedRequest {
  readonly method: 'POST' | 'OPTIONS';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** For everything: waiting for a connection, sending, and reading the answer. */
  readonly timeoutMs: number;
  readonly route: MessageRoute | null;
  /** First bytes of the answer that are kept. */
  readonly keepBytesMax: number;
}

/**
 * Calls addresses that strangers chose, over HTTP/1.1 with connections that are kept alive per
 * origin and route. Every new connection is judged by the address guard; no proxy of the
 * environment is used, so none can get around it. It never rejects and follows no redirect.
 */
export class GuardedClient implements OnApplicationShutdown {
  private readonly direct: Agent;
  private readonly routes = new RouteCache((route) => this.dispatcherFor(route));
  private closing: Promise<unknown> | null = null;

  constructor(private readonly options: GuardedClientOptions) {
    this.direct = new Agent({
      ...this.agentOptions(),
      connect: guardedConnector(options, null),
    });
  }

  request(request: GuardedRequest): Promise<ExchangeOutcome> {
    return new Promise((resolve) => {
      const { timeoutMs, keepBytesMax } = request;
      const limits = { keepBytesMax, readBytesMax: this.options.answerBytesMax };
      const exchange = new GuardedExchange(timeoutMs, limits, resolve);
      const url = URL.parse(request.url);
      if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
        exchange.fail('address-refused', 'not an http or https URL');
        return;
      }
      this.dispatch(request, url, exchange);
    });
  }

  private dispatch(request: GuardedRequest, url: URL, exchange: GuardedExchange): void {
    const { method, headers, body, route } = request;
    const target = { origin: url.origin, path: url.pathname + url.search, method, headers, body };
    if (route === null) {
      this.direct.dispatch(target, exchange);
      return;
    }
    // A proxy resolves names itself, but an address that is refused must not even be asked for.
    const failure = literalFailure(url.hostname, this.options.allowedRanges);
    if (failure !== null) exchange.fail(failure.stage, failure.message);
    else if (route.proxy !== null && !this.options.proxies.has(route.proxy)) {
      exchange.fail('connect', 'the operator no longer allows the proxy of the endpoint');
    } else if (this.closing !== null) exchange.fail('connect', 'the program stops');
    else this.routes.get(route).dispatch(target, exchange);
  }

  /** Waits for the requests that are under way, each at most its own timeout, and disconnects. */
  async close(): Promise<void> {
    this.closing ??= Promise.all([this.direct.close(), this.routes.close()]);
    await this.closing;
  }

  /** What is still under way was given back to the queue, and is tried again after the start. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.direct.destroy(), this.routes.destroy()]);
  }

  private dispatcherFor({ tls, proxy }: MessageRoute): Dispatcher {
    const { proxies, connectTimeoutMs } = this.options;
    const connect = guardedConnector(this.options, tls);
    if (proxy === null) return new Agent({ ...this.agentOptions(), connect });
    return new ProxyAgent({
      ...this.agentOptions(),
      uri: proxies.get(proxy) ?? proxy,
      // Without it the address of a plain http endpoint would be the proxy's to interpret.
      proxyTunnel: true,
      connectTimeout: connectTimeoutMs,
      requestTls: { ...tlsOptions(tls), timeout: connectTimeoutMs },
    });
  }

  private agentOptions() {
    return {
      connections: this.options.connectionsPerOriginMax,
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMaxMs,
      // One timer per request bounds the whole exchange; two more inside would only cost.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
  }
}
