import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * What every message knows of where it comes from; one AsyncLocalStorage carries it through all
 * awaits.
 */
export interface MessageContext {
  /** 32 hex digits (W3C Trace Context). */
  readonly traceId: string;
  /** 16 hex digits: the span that the current work runs in. */
  readonly spanId: string;
  readonly sampled: boolean;
  /** One id for everything that one outside cause led to. */
  readonly correlationId: string;
  /** Id of the event that caused the current work, null at the border. */
  readonly causationId: string | null;
  /** Reactions that led here. */
  readonly hops: number;
  /** The module whose handler works now, null at the border of the program. */
  readonly module: string | null;
}

const storage = new AsyncLocalStorage<MessageContext>();

/** The context of the current work, undefined outside any message. */
export function currentContext(): MessageContext | undefined {
  return storage.getStore();
}

/** Runs the work, and everything it awaits, in the context. */
export function runInContext<Result>(context: MessageContext, work: () => Result): Result {
  return storage.run(context, work);
}

/** W3C `traceparent` header of a context. */
export function traceparentOf(
  context: Pick<MessageContext, 'traceId' | 'spanId' | 'sampled'>,
): string {
  return `00-${context.traceId}-${context.spanId}-${context.sampled ? '01' : '00'}`;
}
