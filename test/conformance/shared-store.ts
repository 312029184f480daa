import type { Statement, Write } from '../../src/shared-kernel/persistence/statement.js';
import {
  type CommitOutcome,
  type Row,
  Store,
  type StoreStatus,
} from '../../src/shared-kernel/persistence/store.js';

/** A store as a second process sees it: the same database, said to be shared. */
export class SharedStore extends Store {
  readonly dialect;
  readonly isShared = true;

  constructor(private readonly inner: Store) {
    super();
    this.dialect = inner.dialect;
  }

  commit(writes: readonly Write[]): Promise<CommitOutcome> {
    return this.inner.commit(writes);
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

  onForeignAppend(): void {}

  async close(): Promise<void> {}
}
