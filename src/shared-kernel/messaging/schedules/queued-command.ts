import type { MessageOrigin } from '../pipeline-message.js';

/** An instance of a class that `defineCommand` made. */
interface CommandMessage {
  readonly input: unknown;
}

interface QueuedCommandParts {
  readonly command: CommandMessage;
  readonly tenant: string;
  /**
   * A name of the caller's, at most 200 characters, to cancel by or to queue only once: a second
   * one with the same id is ignored, also when the first is done, dead or cancelled. Without it the
   * queue makes one.
   */
  readonly id?: string;
  /**
   * Commands of one tenant with the same key run one after another, by the time they are due and
   * then in the order in which they were queued. One that fails holds up those behind it until it
   * succeeds, is dead or is cancelled.
   */
  readonly key?: string;
}

/**
 * A command to run later, or at once but apart from the decision: due after a while, at a time
 * (milliseconds since the epoch), or at once.
 */
export type QueuedCommand = QueuedCommandParts &
  (
    | { readonly afterMs: number; readonly atMs?: never }
    | { readonly atMs: number; readonly afterMs?: never }
    | { readonly atMs?: never; readonly afterMs?: never }
  );

/**
 * `due` waits for its time or its next try, `dead` failed too often and waits for a person; `done`
 * and `cancelled` are only kept to be read, and so that their ids stay taken.
 */
export type QueuedCommandState = 'due' | 'done' | 'dead' | 'cancelled';

/** A command as the queue hands it out for one try. */
export interface ClaimedCommand {
  readonly id: string;
  /** Commands of one name share the places of the worker. */
  readonly lane: string;
  readonly origin: MessageOrigin;
  readonly tenant: string;
  readonly key: string | null;
  readonly name: string;
  readonly version: number;
  readonly input: unknown;
  /** Tries that failed before this one. */
  readonly tries: number;
  /** When it was to run first, in milliseconds since the epoch. */
  readonly readyAtMs: number;
  /** The fencing token: only the newest claim may settle. */
  readonly claims: number;
}
