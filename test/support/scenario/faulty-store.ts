import type { Statement, Write } from '#shared-kernel/persistence/statement.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import {
  type CommitOutcome,
  type Row,
  Store,
  type StoreStatus,
} from '#shared-kernel/persistence/store.js';

/**
 * Where a process dies: the commit never reaches the store, its answer never reaches the process,
 * or a handler has decided and nothing more happens.
 */
export type CrashPoint = 'before-commit' | 'after-commit' | 'after-handler';

/** Every point at which a process can die. */
export const crashPoints: readonly CrashPoint[] = [
  'before-commit',
  'after-commit',
  'after-handler',
];

/** Dies at the `at`-th commit (or handler), counted from 1 while faults are switched on. */
export interface Crash {
  readonly point: CrashPoint;
  readonly at: number;
}

/**
 * The real store behind a process that can die. A dead process reads and writes nothing more: what
 * still runs in it meets the error of a database that is gone.
 */
export class FaultyStore extends Store {
  readonly dialect;
  readonly isShared;
  /** Commits under way. */
  inFlight = 0;
  /** Commits and handlers so far, while faults are switched on. */
  readonly counted = { commits: 0, handlers: 0 };
  isArmed = false;
  private dead = false;

  constructor(
    private readonly inner: Store,
    private readonly crash: Crash | null,
    /** Turns of the event loop that the answer to a commit comes late. */
    private readonly lateTurns: () => number,
  ) {
    super();
    this.dialect = inner.dialect;
    this.isShared = inner.isShared;
  }

  get isDead(): boolean {
    return this.dead;
  }

  async commit(writes: readonly Write[]): Promise<CommitOutcome> {
    this.refuseWhenDead();
    const number = this.isArmed ? ++this.counted.commits : 0;
    this.inFlight++;
    try {
      if (this.isCrash('before-commit', number)) this.die();
      const outcome = await this.inner.commit(writes);
      if (this.isCrash('after-commit', number)) this.die();
      for (let late = this.isArmed ? this.lateTurns() : 0; late > 0; late--) await turn();
      this.refuseWhenDead();
      return outcome;
    } finally {
      this.inFlight--;
    }
  }

  /**
   * Told of every handler that came to its end.
   *
   * @throws `storage.unavailable` when the process dies here
   */
  handled(): void {
    if (!this.isArmed || this.dead) return;
    if (this.isCrash('after-handler', ++this.counted.handlers)) this.die();
  }

  async find<Result extends Row>(statement: Statement): Promise<Result | undefined> {
    this.refuseWhenDead();
    return this.inner.find(statement);
  }

  async list<Result extends Row>(statement: Statement): Promise<Result[]> {
    this.refuseWhenDead();
    return this.inner.list(statement);
  }

  status(): StoreStatus {
    return this.inner.status();
  }

  onForeignAppend(listener: () => void): void {
    this.inner.onForeignAppend(listener);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private isCrash(point: CrashPoint, number: number): boolean {
    return number > 0 && this.crash?.point === point && this.crash.at === number;
  }

  private die(): never {
    this.dead = true;
    throw killed();
  }

  private refuseWhenDead(): void {
    if (this.dead) throw killed();
  }
}

function killed(): Error {
  return storageErrors.unavailable('The process was killed here.');
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
