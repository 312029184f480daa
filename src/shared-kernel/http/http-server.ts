import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import type { DomainError } from '#shared-kernel/domain/domain-error.js';
import type { PipelineMessage } from '#shared-kernel/messaging/pipeline-message.js';
import { parseTraceparent } from '#shared-kernel/observability/tracer.js';
import { closeGently } from './gentle-close.js';
import { httpErrors } from './http-errors.js';
import { problemHeaders, problemOf } from './problem.js';
import { GatewayRequest } from './raw-request.js';

/** What every request passes; the pipeline of messaging is one. */
export interface MessagePipeline {
  run<Result>(message: PipelineMessage, work: () => Promise<Result>): Promise<Result>;
}

/** Headers of one request, in bytes and in number; Node answers 431 past the first by itself. */
const headerBytesMax = 16 * 1024;
export const headersMax = 100;
/**
 * A sender that needs longer than this for its headers, or for the whole request, holds a place
 * for nothing.
 */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 60_000;
const timeoutCheckIntervalMs = 5_000;
/**
 * Longer than the 60 s of common load balancers, so that they close idle connections and not we.
 */
const keepAliveTimeoutMs = 72_000;
/** What nginx logs for a client that went away before its answer. */
const statusClientGone = 499;
const correlationIdPattern = /^[\w.-]{1,100}$/;

/**
 * A server that runs every request through the pipeline, as one message from its first header to
 * the end of its answer.
 *
 * @param bodyBytesMax the largest body that any address takes: a larger one is not invited by `100
 * Continue`
 */
export function createHttpServer(
  handler: RequestListener,
  pipeline: MessagePipeline,
  bodyBytesMax: number,
): Server {
  const unused = new Set<Socket>();
  const serve = (request: GatewayRequest, response: ServerResponse): void => {
    unused.delete(request.socket);
    const message = newMessage(request);
    request.pipelineMessage = message;
    pipeline
      .run(message, () => {
        const ended = endOf(request, response, message);
        handler(request, response);
        return ended;
      })
      // The pipeline reports its own faults; here is only the connection left to release.
      .catch(() => response.destroy());
  };
  const server = createServer(
    {
      IncomingMessage: GatewayRequest,
      maxHeaderSize: headerBytesMax,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      connectionsCheckingInterval: timeoutCheckIntervalMs,
      // Node would answer without a problem document; `hasHost` is asked instead.
      requireHostHeader: false,
    },
    serve,
  );
  server.on('checkContinue', (request: GatewayRequest, response: ServerResponse) => {
    const declaredBytes = Number(request.headers['content-length']);
    if (!(declaredBytes > bodyBytesMax)) response.writeContinue();
    serve(request, response);
  });
  closeUnusedToo(server, unused);
  return server;
}

/** Whether a request names its host, as HTTP/1.1 requires (RFC 9112, section 3.2). */
export function hasHost({ httpVersionMinor, headers }: IncomingMessage): boolean {
  return httpVersionMinor === 0 || headers.host !== undefined;
}

/**
 * Browsers and HTTP clients open connections ahead of their requests. To Node these are not idle,
 * and each would hold up the end of the program until its headers are overdue.
 */
function closeUnusedToo(server: Server, unused: Set<Socket>): void {
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  const closeIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {
    closeIdle();
    for (const socket of unused) socket.destroy();
  };
}

/** Answers bytes that Node could not read as a request, and ends their connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const fault = clientFault(error.code);
  const body = JSON.stringify(problemOf(fault));
  const { status } = fault.definition;
  const headers = {
    ...problemHeaders(fault),
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join('\r\n');
  closeGently(socket, `${head}\r\n\r\n${body}`);
}

function clientFault(code: string | undefined): DomainError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return httpErrors.requestTimeout('The request did not arrive in time.');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return httpErrors.headersTooLarge(`The headers are larger than ${headerBytesMax} bytes.`);
  }
  return httpErrors.malformedRequest('The bytes on this connection are not an HTTP request.');
}

function newMessage(request: IncomingMessage): PipelineMessage {
  const { traceparent, 'x-correlation-id': correlationId } = request.headers;
  return {
    kind: 'http',
    name: `${request.method} unmatched`,
    origin: {
      traceparent: originOf(traceparent),
      correlationId:
        typeof correlationId === 'string' && correlationIdPattern.test(correlationId)
          ? correlationId
          : null,
      causationId: null,
      hops: 0,
    },
    contract: null,
    input: undefined,
    facts: { 'http.request.method': request.method ?? '' },
  };
}

function originOf(traceparent: string | string[] | undefined): string | null {
  if (typeof traceparent !== 'string') return null;
  return parseTraceparent(traceparent) === null ? null : traceparent;
}

/**
 * Resolves when the answer is out or its connection is gone, and puts what is known of it on the
 * message.
 */
function endOf(
  request: GatewayRequest,
  response: ServerResponse,
  message: PipelineMessage,
): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', () => {
      const status = response.writableFinished ? response.statusCode : statusClientGone;
      message.status = status;
      const { facts } = message;
      facts['http.response.status_code'] = status;
      facts['url.path'] ??= pathOf(request.url ?? '');
      resolve();
    });
  });
}

const pathLengthMax = 300;

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return url.slice(0, query === -1 ? pathLengthMax : Math.min(query, pathLengthMax));
}
