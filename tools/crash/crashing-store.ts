import type { Statement, Write } from '#shared-kernel/persistence/statement.js';
import {
  type CommitOutcome,
  type Row,
  Store,
  type StoreStatus,
} from '#shared-kernel/persistence/store.js';
import type { CrashPoint, WorkerPlan } from './crash-plan.ts';

/** Ends the process as a power cut would, when a point is reached for the n-th time. */
export class Crash {
  private readonly point: CrashPoint | null;
  private left: number;
  private counts: boolean;

  constructor({ point, hits, from }: Pick<WorkerPlan, 'point' | 'hits' | 'from'>) {
    this.point = point;
    this.left = hits;
    this.counts = from === 'start';
  }

  /** The program is up: whoever was to die at work may do so from now on. */
  ready(): void {
    this.counts = true;
  }

  reached(point: CrashPoint): boolean {
    return this.counts && point === this.point && --this.left === 0;
  }

  die(): never {
    process.kill(process.pid, 'SIGKILL');
    throw new Error('killed');
  }
}

/** The real store, with named points around its commits at which the process may die. */
export class CrashingStore extends Store {
  readonly dialect;
  readonly isShared;
  private readonly inner: Store;
  private readonly crash: Crash;

  constructor(inner: Store, crash: Crash) {
    super();
    this.inner = inner;
    this.crash = crash;
    this.dialect = inner.dialect;
    this.isShared = inner.isShared;
  }

  async commit(writes: readonly Write[]): Promise<CommitOutcome> {
    if (this.crash.reached('before-commit')) this.crash.die();
    const committing = this.inner.commit(writes);
    const movesCheckpoint = writes.some(({ conflict }) => conflict === 'reaction-is-mine');
    if (movesCheckpoint && this.crash.reached('during-checkpoint')) {
      // The commit is on its way to the database; how far it gets is a matter of microseconds.
      setTimeout(() => this.crash.die(), Math.random() * 3);
    }
    const outcome = await committing;
    if (this.crash.reached('after-commit')) this.crash.die();
    return outcome;
  }

  find<Result extends Row>(statement: Statement): Promise<Result | undefined> {
    return this.inner.find(statement);
  }

  list<Result extends Row>(statement: Statement): Promise<Result[]> {
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
}
