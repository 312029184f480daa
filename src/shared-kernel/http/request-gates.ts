import type { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { GatewayRequest, messageOf } from './raw-request.js';

/** What a gate knows of a request: its body has not been read yet. */
export interface GatedRequest {
  /** Parameters of the route's path. */
  readonly parameters: Readonly<Record<string, string | undefined>>;
  /** Address of the client: that of the connection, or what trusted proxies say. */
  readonly address: string;
  /** What the request declares of its body, null when it does not. */
  readonly bodyBytes: number | null;
  /** Facts for the request's log line, to add to. */
  readonly facts: Record<string, string | number | boolean>;
}

/** How a request may go on. */
export interface Admission {
  /**
   * Where the reading of the body ends with 413, in bytes; null leaves it to the server's limit.
   */
  readonly bodyBytesMax: number | null;
}

/** Decides about requests before their bodies are read. */
export abstract class RequestGate {
  /** @throws DomainError the refusal, which is answered as it is */
  abstract admit(request: GatedRequest): Promise<Admission>;
}

/** The gates of a server, by the beginning of the routes that they stand before. */
export class RequestGates {
  private readonly gates = new Map<string, RequestGate>();

  /** @param routePrefix such as `/hooks/` */
  put(routePrefix: string, gate: RequestGate): void {
    this.gates.set(routePrefix, gate);
  }

  /** Fastify's `onRequest` for the routes with this beginning. */
  onRequest(routePrefix: string) {
    return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
      const gate = this.gates.get(routePrefix);
      if (gate === undefined) {
        done();
        return;
      }
      gate.admit(gatedOf(request)).then(({ bodyBytesMax }) => {
        if (request.raw instanceof GatewayRequest) request.raw.bodyBytesMax = bodyBytesMax;
        done();
      }, done);
    };
  }
}

/**
 * Fastify's `preParsing`: bodies that declare no size are held to the gate's limit while they are
 * read. Fastify compares `receivedEncodedLength` with the route's limit at each chunk, so a number
 * past every limit ends the reading there.
 */
export function limitBody(
  { raw }: FastifyRequest,
  _reply: FastifyReply,
  payload: RequestPayload,
  done: (error: Error | null, payload: RequestPayload) => void,
): void {
  const bytesMax = raw instanceof GatewayRequest ? raw.bodyBytesMax : null;
  if (bytesMax !== null) {
    let bytes = 0;
    payload.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) payload.receivedEncodedLength = Infinity;
    });
  }
  done(null, payload);
}

/**
 * Puts a gate before routes of the server that this program runs; without a server of ours there is
 * nothing to guard.
 */
export function guardRoutes(host: HttpAdapterHost, routePrefix: string, gate: RequestGate): void {
  // Absent in programs that serve nothing, whatever its type says.
  const adapter: unknown = host.httpAdapter;
  if (typeof adapter !== 'object' || adapter === null) return;
  if ('gates' in adapter && adapter.gates instanceof RequestGates) {
    adapter.gates.put(routePrefix, gate);
  }
}

function gatedOf(request: FastifyRequest): GatedRequest {
  const declared = request.headers['content-length'];
  return {
    parameters: request.params as Readonly<Record<string, string | undefined>>,
    address: request.ip,
    bodyBytes: declared === undefined ? null : Number(declared),
    facts: messageOf(request)?.facts ?? {},
  };
}
