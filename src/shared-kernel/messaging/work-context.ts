import {
  currentContext,
  type MessageContext,
} from '#shared-kernel/observability/message-context.js';
import { newRootContext } from '#shared-kernel/observability/tracer.js';

/** The context of the current work; a new trace for what nobody asked for. */
export function workContext(): MessageContext {
  return currentContext() ?? newRootContext();
}
