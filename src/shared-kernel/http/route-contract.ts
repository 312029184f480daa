import {
  currentContext,
  type MessageContext,
} from '#shared-kernel/observability/message-context.js';

/** A route as the contract that HTTP checks are counted under: `GET /v1/things/:id`. */
export interface RouteContract {
  readonly name: string;
}

/** Who uses a route's contract, in the metrics: clients have no names there. */
export const httpConsumer = 'http';

const unmatched: RouteContract = { name: 'unmatched' };

/**
 * The route of a request, by the context of its work. Nest's pipes check the input of a request
 * and are not told which route they work for.
 */
const routes = new WeakMap<MessageContext, RouteContract>();

/** The contract of a Fastify route; a route of several methods is one contract. */
export function contractOfRoute(method: string | readonly string[], url: string): RouteContract {
  return { name: `${[method].flat().join(',')} ${url}` };
}

/** A hook that lets `contractOfCurrentRoute` know the route for the rest of the request. */
export function rememberRoute(contract: RouteContract) {
  return (_request: unknown, _reply: unknown, done: () => void): void => {
    const context = currentContext();
    if (context !== undefined) routes.set(context, contract);
    done();
  };
}

/** The contract of the route that the current work answers. */
export function contractOfCurrentRoute(): RouteContract {
  const context = currentContext();
  return (context && routes.get(context)) ?? unmatched;
}
