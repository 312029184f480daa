import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '#shared-kernel/domain/domain-error.js';
import { currentContext, traceparentOf } from '#shared-kernel/observability/message-context.js';
import { closeGently } from './gentle-close.js';
import { httpErrors } from './http-errors.js';
import { domainErrorOf, problemHeaders, problemOf } from './problem.js';
import { messageOf } from './raw-request.js';

/**
 * The one place where an error becomes an answer, whoever raised it: a handler, Nest, Fastify or
 * Node. The failure goes on the request's message, where the pipeline logs and counts it.
 */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = isBrokenOff(request, error) ? brokenOff(error) : domainErrorOf(error);
  const message = messageOf(request);
  // A bug is reported as itself; its catalogued form says nothing on purpose.
  if (message !== undefined) {
    message.failure = known.code === httpErrors.internal.code ? error : known;
  }
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  if (known.code === httpErrors.bodyTooLarge.code) lingerAtEnd(reply);
  const context = currentContext();
  if (context !== undefined) void reply.header('traceparent', traceparentOf(context));
  // Bytes, so that neither serializers nor answer checks touch it, and no charset is added to JSON.
  void reply
    .code(known.definition.status)
    .headers(problemHeaders(known))
    .send(Buffer.from(JSON.stringify(problemOf(known))));
}

/** Whether the bytes of the body ended too soon, or were no HTTP any more. */
function isBrokenOff({ raw }: FastifyRequest, error: unknown): boolean {
  return error !== null && raw.errored === error;
}

/** A fault of the sender, who is gone: nobody here has to act. */
function brokenOff(cause: unknown): DomainError {
  return httpErrors.malformedRequest('The connection ended before the body did.', { cause });
}

/** The sender may still be sending what nobody will read. */
function lingerAtEnd(reply: FastifyReply): void {
  void reply.header('connection', 'close');
  const { socket } = reply.request;
  // What Node calls at the end of the last answer on a connection.
  socket.destroySoon = () => closeGently(socket);
}
