import { IncomingMessage } from 'node:http';
import type { PipelineMessage } from '#shared-kernel/messaging/pipeline-message.js';

/** A request of our server: Node makes it, and it carries what we know of it. */
export class GatewayRequest extends IncomingMessage {
  /** The request on its way through the pipeline. */
  pipelineMessage: PipelineMessage | undefined;
  /** What the sender wrote as Content-Type when it is no media type. */
  malformedContentType: string | undefined;
  /** Largest body in bytes that the gate before the route lets in, null when it names none. */
  bodyBytesMax: number | null = null;
}

/** What we need of a Fastify request. */
interface FrameworkRequest {
  readonly raw: IncomingMessage;
  readonly body: unknown;
}

/**
 * The pipeline's message for a request; undefined when the request did not come through our
 * server.
 */
export function messageOf(request: Pick<FrameworkRequest, 'raw'>): PipelineMessage | undefined {
  return request.raw instanceof GatewayRequest ? request.raw.pipelineMessage : undefined;
}

/** The exact bytes of the body on an address that takes them raw; empty when there was none. */
export function rawBodyOf(request: Pick<FrameworkRequest, 'body'>): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}
