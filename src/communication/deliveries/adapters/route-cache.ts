import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { EndpointTls } from '../domain/endpoint-tls.js';
import type { MessageRoute } from '../domain/message-sender.js';

/** Routes with connections of their own; past it the one that was used longest ago closes. */
const routesMax = 500;

/**
 * Connections by route. Those of one route are never used for another: a connection with a client
 * certificate speaks in the name of its owner.
 */
export class RouteCache {
  private readonly dispatchers = new Map<string, Dispatcher>();
  /** Certificates are long, and the objects that hold them live as long as their endpoint. */
  private readonly keys = new WeakMap<EndpointTls, string>();

  constructor(private readonly make: (route: MessageRoute) => Dispatcher) {}

  get(route: MessageRoute): Dispatcher {
    const key = this.keyOf(route);
    const dispatcher = this.dispatchers.get(key) ?? this.make(route);
    // A map keeps the order of insertion: the first one is the one used longest ago.
    this.dispatchers.delete(key);
    this.dispatchers.set(key, dispatcher);
    const [oldest] = this.dispatchers;
    if (this.dispatchers.size > routesMax && oldest !== undefined) {
      this.dispatchers.delete(oldest[0]);
      void oldest[1].close();
    }
    return dispatcher;
  }

  async close(): Promise<void> {
    await Promise.all([...this.dispatchers.values()].map((dispatcher) => dispatcher.close()));
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
  }

  private keyOf({ tls, proxy }: MessageRoute): string {
    if (tls === null) return `${proxy ?? ''} `;
    let key = this.keys.get(tls);
    if (key === undefined) {
      key = createHash('sha256').update(JSON.stringify(tls)).digest('base64');
      this.keys.set(tls, key);
    }
    return `${proxy ?? ''} ${key}`;
  }
}
