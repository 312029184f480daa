import type { RequestListener } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { currentContext, traceparentOf } from '#shared-kernel/observability/message-context.js';
import { answerProblem } from './answer-problem.js';
import { httpErrors } from './http-errors.js';
import {
  answerClientError,
  createHttpServer,
  hasHost,
  headersMax,
  type MessagePipeline,
} from './http-server.js';
import { isJson, parseJsonBody } from './json-body.js';
import { allowPortalOrigins } from './portal-cors.js';
import { GatewayRequest } from './raw-request.js';
import { limitBody, RequestGates } from './request-gates.js';

/** Largest bodies in bytes. */
interface HttpLimits {
  /** Of webhooks, at `/hooks/`. */
  readonly webhookBodyBytesMax: number;
  /** Of all other requests. */
  readonly apiBodyBytesMax: number;
}

interface HttpAdapterOptions {
  readonly pipeline: MessagePipeline;
  readonly limits: HttpLimits;
  /** CIDR ranges of proxies whose X-Forwarded-For is believed; none by default. */
  readonly trustedProxies?: readonly string[];
  /** Origins of pages that may call the portal. */
  readonly portalOrigins?: readonly string[];
}

/** Longest single part of a path; ids and tokens are far shorter. */
const pathPartLengthMax = 200;
const webhookPaths = '/hooks/';
/** Takes CloudEvents in all their forms, which the media type alone does not tell apart. */
const eventsPath = '/v1/events';
const mediaType = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/**
 * Nest's adapter for Fastify with our edge: every request passes the pipeline, bodies are read
 * within their limits, and whatever goes wrong before or behind Nest is answered with a problem
 * document. It sets up its own body parsers, so that Nest's are never used.
 */
export function createHttpAdapter(options: HttpAdapterOptions): FastifyAdapter {
  const adapter = new GatewayAdapter(options);
  const instance = adapter.getInstance();
  setUpBodies(instance);
  allowPortalOrigins(instance, options.portalOrigins ?? []);
  setUpRoutes(instance, options.limits, adapter.gates);
  return adapter;
}

class GatewayAdapter extends FastifyAdapter {
  readonly gates = new RequestGates();

  constructor({ pipeline, limits, trustedProxies = [] }: HttpAdapterOptions) {
    const bodyBytesMax = Math.max(limits.webhookBodyBytesMax, limits.apiBodyBytesMax);
    super({
      serverFactory: (handler: RequestListener) =>
        createHttpServer(handler, pipeline, bodyBytesMax),
      frameworkErrors: answerProblem,
      clientErrorHandler: answerClientError,
      bodyLimit: limits.apiBodyBytesMax,
      // Whoever may connect could write that header, so without named proxies it is never read.
      trustProxy: trustedProxies.length > 0 && [...trustedProxies],
      routerOptions: { maxParamLength: pathPartLengthMax },
      // Nobody uses middleware; without its plugin every request saves a hook.
      skipMiddie: true,
    });
  }

  // Nest would put its own answers here; what reaches Fastify is answered the same way as all else.
  override setErrorHandler(): ReturnType<FastifyInstance['setErrorHandler']> {
    return this.getInstance().setErrorHandler(answerProblem);
  }

  override setNotFoundHandler(): ReturnType<FastifyInstance['setNotFoundHandler']> {
    return this.getInstance().setNotFoundHandler(answerUnmatched);
  }

  override registerParserMiddleware(): void {}
}

function setUpBodies(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  // The common type is registered by itself because Fastify finds it without parsing the header
  // again.
  for (const type of ['application/json', '*']) {
    instance.addContentTypeParser(type, { parseAs: 'buffer' }, parseBody);
  }
}

function parseBody(
  request: FastifyRequest,
  body: Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  const { raw } = request;
  if (raw instanceof GatewayRequest && raw.pipelineMessage !== undefined) {
    raw.pipelineMessage.facts['http.request.body.bytes'] = body.length;
    if (raw.malformedContentType !== undefined) {
      raw.headers['content-type'] = raw.malformedContentType;
    }
  }
  const { url } = request.routeOptions;
  // Where no route is, nobody reads the body, and its form must not hide the 404.
  if (url === undefined || takesRawBody(url)) {
    done(null, body);
    return;
  }
  const contentType = raw.headers['content-type'] ?? '';
  if (body.length > 0 && !isJson(contentType)) {
    done(httpErrors.unsupportedMediaType(`This address takes JSON, not "${contentType}".`));
    return;
  }
  try {
    done(null, parseJsonBody(body));
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}

function setUpRoutes(instance: FastifyInstance, limits: HttpLimits, gates: RequestGates): void {
  instance.addHook('onRoute', (route) => {
    const webhook = route.url.startsWith(webhookPaths);
    route.bodyLimit = webhook ? limits.webhookBodyBytesMax : limits.apiBodyBytesMax;
    const own = route.onRequest ?? [];
    route.onRequest = [
      onRequestOf(route),
      ...(webhook ? [gates.onRequest(webhookPaths)] : []),
      ...(Array.isArray(own) ? own : [own]),
    ];
    if (webhook) route.preParsing = limitBody;
  });
}

/**
 * What is known of a request once its route is; the closure saves looking the route up on every
 * request.
 */
function onRequestOf(route: RouteOptions) {
  const { url } = route;
  const rawBody = takesRawBody(url);
  // The token in a webhook's address is as good as a password: it is never logged.
  const loggedPath = url.startsWith(webhookPaths) ? url : undefined;
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const { raw } = request;
    if (raw instanceof GatewayRequest && raw.pipelineMessage !== undefined) {
      raw.pipelineMessage.name = `${raw.method} ${url}`;
      if (loggedPath !== undefined) raw.pipelineMessage.facts['url.path'] = loggedPath;
      if (rawBody) admitAnyContentType(raw);
    }
    const context = currentContext();
    if (context !== undefined) void reply.header('traceparent', traceparentOf(context));
    if (raw.rawHeaders.length > headersMax * 2) {
      done(httpErrors.headersTooLarge(`The request has more than ${headersMax} headers.`));
      return;
    }
    if (!hasHost(raw)) {
      done(hostMissing());
      return;
    }
    done();
  };
}

/**
 * Fastify refuses a header that is no media type, but a webhook's headers are its sender's
 * business.
 */
function admitAnyContentType(raw: GatewayRequest): void {
  const contentType = raw.headers['content-type'];
  if (contentType === undefined || mediaType.test(contentType)) return;
  raw.malformedContentType = contentType;
  raw.headers['content-type'] = 'application/octet-stream';
}

function takesRawBody(routeUrl: string): boolean {
  return routeUrl === eventsPath || routeUrl.startsWith(webhookPaths);
}

function hostMissing(): Error {
  return httpErrors.malformedRequest('The request has no Host header.');
}

function answerUnmatched(request: FastifyRequest, reply: FastifyReply): void {
  if (!hasHost(request.raw)) {
    answerProblem(hostMissing(), request, reply);
    return;
  }
  const allowed = methodsAt(request);
  if (allowed.length === 0) {
    answerProblem(httpErrors.notFound('There is nothing at this address.'), request, reply);
    return;
  }
  void reply.header('allow', allowed.join(', '));
  const detail = `This address takes ${allowed.join(', ')}, not ${request.method}.`;
  answerProblem(httpErrors.methodNotAllowed(detail), request, reply);
}

/** The methods that another request to this path could use (RFC 9110, section 15.5.6). */
function methodsAt({ server, raw }: FastifyRequest): string[] {
  const path = (raw.url ?? '').split('?', 1)[0] ?? '';
  return server.supportedMethods.filter((method) => {
    // Null where there is none, whatever its type says.
    const route: unknown = server.findRoute({ method, url: path });
    return route !== null;
  });
}
