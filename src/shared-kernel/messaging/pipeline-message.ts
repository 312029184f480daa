import type { EventContract } from '#shared-kernel/contracts/event-contract.js';
import type { MessageContract } from '#shared-kernel/contracts/message-contract.js';

/** What passes the pipeline. `attempt` is one try of an external effect (a delivery, a mail). */
export type MessageKind = 'http' | 'command' | 'query' | 'reaction' | 'attempt';

/** Where the context of a message comes from when it does not continue the current one. */
export interface MessageOrigin {
  /** W3C `traceparent` of the cause, null when this message starts a new trace. */
  readonly traceparent: string | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly hops: number;
}

/** One message on its way through `trace → log → measure → check contract`. */
export interface PipelineMessage {
  readonly kind: MessageKind;
  /**
   * Contract name, reaction id, or `METHOD /route/{template}`; HTTP knows it only after routing.
   */
  name: string;
  /** Null continues the current context (a command inside a request). */
  readonly origin: MessageOrigin | null;
  readonly contract: MessageContract | EventContract | null;
  /** What the contract check reads: a command's input or an event's data. */
  readonly input: unknown;
  /** Facts for the canonical log line and the span; keys stand in `names.ts`. */
  readonly facts: Record<string, string | number | boolean>;
  /** A failure that the work turned into an answer instead of throwing it (HTTP). */
  failure?: unknown;
  /** Status of the HTTP answer, or of the answer to an attempt. */
  status?: number;
}
