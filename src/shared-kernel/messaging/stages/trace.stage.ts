import {
  currentContext,
  type MessageContext,
  runInContext,
} from '#shared-kernel/observability/message-context.js';
import { parseTraceparent, type Tracer } from '#shared-kernel/observability/tracer.js';
import type { MessageKind, PipelineMessage } from '../pipeline-message.js';
import { moduleOf } from '../module-of.js';
import type { Stage } from '../stage.js';

const spanKinds = {
  http: 'server',
  command: 'internal',
  query: 'internal',
  reaction: 'consumer',
  attempt: 'client',
} as const satisfies Record<MessageKind, string>;

/** Opens the span and the context of the message; everything inside belongs to its trace. */
export function traceStage(tracer: Tracer): Stage {
  return async (message, next) => {
    const outer = currentContext();
    const parent =
      message.origin === null
        ? (outer ?? null)
        : parseTraceparent(message.origin.traceparent ?? undefined);
    const span = tracer.start(message.name, spanKinds[message.kind], parent);
    const context = contextOf(message, outer, span);
    try {
      const result = await runInContext(context, next);
      endSpan(span, message, message.failure);
      return result;
    } catch (error) {
      endSpan(span, message, error);
      throw error;
    }
  };
}

function contextOf(
  message: PipelineMessage,
  outer: MessageContext | undefined,
  span: { traceId: string; spanId: string; sampled: boolean },
): MessageContext {
  const { traceId, spanId, sampled } = span;
  const cause = message.origin ?? outer;
  return {
    traceId,
    spanId,
    sampled,
    correlationId: cause?.correlationId ?? traceId,
    causationId: cause?.causationId ?? null,
    hops: cause?.hops ?? 0,
    module: message.kind === 'http' ? null : moduleOf(message.name),
  };
}

function endSpan(
  span: ReturnType<Tracer['start']>,
  message: PipelineMessage,
  error: unknown,
): void {
  if (span.sampled) {
    for (const [name, value] of Object.entries(message.facts)) span.set(name, value);
  }
  span.end(message.name, error);
}
