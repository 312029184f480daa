import { errorOf, faultOf, kindOf } from './postgres-faults.js';
import { PostgresConnection } from './postgres-connection.js';
import { PostgresListener } from './postgres-listener.js';
import { PostgresReaders } from './postgres-readers.js';
import type { SessionOptions } from './postgres-session.js';
import type { WriteOutcome } from './postgres-verdict.js';
import { PostgresWriter } from './postgres-writer.js';
import { unreachable } from './postgres-address.js';
import type { Statement, Write } from './statement.js';
import { storageErrors } from './storage-errors.js';
import {
  type CommitOptions,
  type CommitOutcome,
  type Row,
  Store,
  type StoreObserver,
  type StoreStatus,
} from './store.js';

/** Where the server stands and how much may be asked of it. */
export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`, with `?sslmode=verify-full` and the like. */
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Connections for reads; one more writes and one listens. */
  readonly readersMax?: number;
  /** Commits that may wait for the writer before more are refused with 503. */
  readonly waitingMax?: number;
  readonly connectTimeoutMs?: number;
  /** Silence of the server after which a connection counts as dead. */
  readonly answerTimeoutMs?: number;
  readonly observer?: StoreObserver;
}

/** Commits that share one transaction at the most: bounds how long the first one waits. */
const groupSizeMax = 1_000;
const waitingMaxDefault = 20_000;
/** After this a failed commit no longer counts: nobody may have tried again since. */
const faultAgeMaxMs = 30_000;

interface Waiting {
  readonly writes: readonly Write[];
  readonly resolve: (outcome: WriteOutcome) => void;
}

/**
 * PostgreSQL as the store, which several processes may share. Commits of this process are grouped:
 * one connection writes, one transaction at a time, and what comes in meanwhile is the next group.
 */
export class PostgresStore extends Store {
  readonly dialect = 'postgres';
  readonly isShared = true;
  private readonly connection: PostgresConnection;
  private readonly writer: PostgresWriter;
  private readonly readers: PostgresReaders;
  private readonly listener: PostgresListener;
  private fault: { readonly message: string; readonly atMs: number } | null = null;
  private queue: Waiting[] = [];
  /** Commits of the group that is being applied. */
  private applying = 0;
  private draining: Promise<void> | null = null;
  private closing: Promise<void> | null = null;

  private constructor(private readonly options: PostgresStoreOptions) {
    super();
    const { applicationName = 'signalbox', readersMax = 4 } = options;
    const session = (role: string): SessionOptions => ({
      url: options.url,
      applicationName: `${applicationName} ${role}`,
      connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
      answerTimeoutMs: options.answerTimeoutMs ?? 30_000,
    });
    this.connection = new PostgresConnection(session('writer'));
    this.writer = new PostgresWriter(this.connection);
    this.readers = new PostgresReaders(session('reader'), readersMax);
    this.listener = new PostgresListener(session('listener'), () => this.connection.processId);
  }

  /**
   * Connects.
   *
   * @throws Error that names the server, without the password, and says what to do
   */
  static async open(options: PostgresStoreOptions): Promise<PostgresStore> {
    const store = new PostgresStore(options);
    try {
      await store.connection.open();
    } catch (cause) {
      throw unreachable(options.url, cause);
    }
    return store;
  }

  async commit(
    writes: readonly Write[],
    { urgent = false }: CommitOptions = {},
  ): Promise<CommitOutcome> {
    this.refuseWhenClosing();
    const { observer, waitingMax = waitingMaxDefault } = this.options;
    if (!urgent && this.queue.length + this.applying >= waitingMax) {
      throw storageErrors.overloaded('The queue of the database is full.', {
        retryAfterSeconds: 1,
      });
    }
    const outcome = await new Promise<WriteOutcome>((resolve) => {
      if (urgent) this.queue.unshift({ writes, resolve });
      else this.queue.push({ writes, resolve });
      this.draining ??= this.drain();
    });
    observer?.outcome(outcome.kind);
    this.remember(outcome);
    if (outcome.kind === 'failed') throw outcome.error;
    return outcome.kind === 'committed'
      ? { committed: true, rows: outcome.rows }
      : { committed: false, conflict: outcome.conflict };
  }

  async find<Result extends Row>(statement: Statement): Promise<Result | undefined> {
    this.refuseWhenClosing();
    const [row] = await this.readers.find(statement);
    return row as Result | undefined;
  }

  async list<Result extends Row>(statement: Statement): Promise<Result[]> {
    this.refuseWhenClosing();
    return (await this.readers.list(statement)) as Result[];
  }

  status(): StoreStatus {
    const { fault } = this;
    const isFresh = fault !== null && performance.now() - fault.atMs < faultAgeMaxMs;
    return {
      waiting: this.queue.length + this.applying,
      fault: isFresh ? fault.message : null,
      folder: null,
    };
  }

  onForeignAppend(listener: () => void): void {
    this.listener.add(listener);
  }

  close(): Promise<void> {
    return (this.closing ??= this.finish());
  }

  private async finish(): Promise<void> {
    await this.draining;
    await Promise.all([this.readers.close(), this.listener.close()]);
    await this.connection.close();
  }

  private refuseWhenClosing(): void {
    if (this.closing !== null) throw storageErrors.unavailable('The database is being closed.');
  }

  private remember(outcome: WriteOutcome): void {
    const isOutage = outcome.kind === 'failed' && kindOf(outcome.fault) !== 'refused';
    this.fault = isOutage ? { message: outcome.error.message, atMs: performance.now() } : null;
  }

  private async drain(): Promise<void> {
    // All commits of this turn of the event loop fall into one group.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.queue.length > 0) {
      const group = this.queue.slice(0, groupSizeMax);
      this.queue = this.queue.slice(groupSizeMax);
      this.applying = group.length;
      const startedAt = performance.now();
      const outcomes = await this.writer.apply(group.map(({ writes }) => writes));
      this.options.observer?.group(group.length, performance.now() - startedAt);
      this.applying = 0;
      for (const [index, { resolve }] of group.entries()) {
        resolve(outcomes[index] ?? missing);
      }
    }
    this.draining = null;
  }
}

const missing: WriteOutcome = {
  kind: 'failed',
  fault: faultOf(new Error('a commit got no outcome')),
  error: errorOf(faultOf(new Error('a commit got no outcome'))),
};
