import type { Statement, Write } from './statement.js';

/** A row as the database gives it; adapters map it to their own types. */
export type Row = Readonly<Record<string, unknown>>;

/** What became of a commit: all of it is durable, or none of it happened. */
export type CommitOutcome =
  | {
      readonly committed: true;
      /** RETURNING rows of each write, by its index; empty for writes without it. */
      readonly rows: readonly (readonly Row[])[];
    }
  | { readonly committed: false; readonly conflict: string };

/** How a commit is treated among others. */
export interface CommitOptions {
  readonly urgent?: boolean;
}

/** The SQL that the store speaks. */
export type Dialect = 'sqlite' | 'postgres';

/** Told of what the store does, for metrics. */
export interface StoreObserver {
  /** One transaction of `size` commits, fsync included. */
  group(size: number, durationMs: number): void;
  outcome(kind: 'committed' | 'conflict' | 'failed'): void;
}

/** State of the store for health checks and metrics. */
export interface StoreStatus {
  /** Commits that wait for the writer. */
  readonly waiting: number;
  /** Why the last commit failed, when that was not long ago. */
  readonly fault: string | null;
  /** Folder of the data, null for a database server. */
  readonly folder: string | null;
}

/**
 * The database port: atomic commits of compiled statements with expectations, and reads. There are
 * no interactive transactions, which is what lets many commits share one fsync.
 *
 * Every method throws `storage.unavailable` when the database cannot do its work.
 */
export abstract class Store {
  abstract readonly dialect: Dialect;

  /** Whether other processes may work on the same database at the same time. */
  abstract readonly isShared: boolean;

  /**
   * Applies all writes in order, or none; resolves once they are durable.
   *
   * @param options `urgent` for signs of life, which must not stand in the queue of a busy process:
   * it goes before what waits, and is never refused as too much
   */
  abstract commit(writes: readonly Write[], options?: CommitOptions): Promise<CommitOutcome>;

  /** Reads one row by key: short, may run beside the event loop's other work. */
  abstract find<Result extends Row>(statement: Statement): Promise<Result | undefined>;

  /** Reads many rows: runs apart from the event loop. */
  abstract list<Result extends Row>(statement: Statement): Promise<Result[]>;

  abstract status(): StoreStatus;

  /** Calls the listener when another process may have appended to the event log. */
  abstract onForeignAppend(listener: () => void): void;

  /** Finishes waiting commits and closes the database. */
  abstract close(): Promise<void>;
}
