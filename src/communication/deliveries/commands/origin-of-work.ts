import type { MessageOrigin } from '#shared-kernel/messaging/pipeline-message.js';
import { currentContext, traceparentOf } from '#shared-kernel/observability/message-context.js';

/** Where work comes from that the current message asks for and that happens later. */
export function originOfWork(): MessageOrigin {
  const context = currentContext();
  return {
    traceparent: context === undefined ? null : traceparentOf(context),
    correlationId: context?.correlationId ?? null,
    causationId: context?.causationId ?? null,
    hops: (context?.hops ?? 0) + 1,
  };
}
