import type { NewEvent } from '#shared-kernel/contracts/event-contract.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { CommitOutcome } from '#shared-kernel/persistence/store.js';
import type { EventRow } from './event-row.js';
import type { QueuedCommand } from './schedules/queued-command.js';

/** What a handler decided: it becomes durable as a whole, or not at all. */
export interface Decision {
  readonly writes?: readonly Write[];
  readonly events?: readonly NewEvent[];
  /** Commands to run later, or apart from this decision; each runs exactly once on our own data. */
  readonly commands?: readonly QueuedCommand[];
  /** Ids of queued commands that need not run any more; nothing happens to one that has ended. */
  readonly cancels?: readonly string[];
  /** Effects that have due work now, so that their workers need not wait for their next look. */
  readonly due?: readonly string[];
}

/** Told after every commit that appended events (their names) or made work due. */
export type CommitListener = (appended: readonly string[], due: readonly string[]) => void;

/**
 * The append-only, ordered store of all events, and the one way to change anything: `commit` makes
 * rows and events durable together.
 */
export abstract class EventLog {
  /**
   * Makes the decision durable.
   *
   * @throws `storage.conflict` when an expectation failed; the pipeline runs the handler again on
   * fresh reads
   */
  abstract commit(decision: Decision): Promise<void>;

  /** As `commit`, for handlers to which a conflict is an expected outcome. */
  abstract tryCommit(decision: Decision): Promise<CommitOutcome>;

  /**
   * Everything that makes the decision durable, in the context of the current work, for callers
   * that commit several decisions as one; contracts are checked.
   */
  abstract writesOf(decision: Decision): Write[];

  /** Tells listeners and metrics of a decision whose `writesOf` were committed. */
  abstract announce(decision: Decision): void;

  abstract onCommit(listener: CommitListener): void;

  /** The stored event with this id. */
  abstract find(id: string): Promise<EventRow | undefined>;
}
