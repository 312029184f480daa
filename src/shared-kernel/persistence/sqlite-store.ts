import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { errorOf, faultOf, isOutage } from './sqlite-faults.js';
import { SqliteThread } from './sqlite-thread.js';
import type { Statement, Write } from './statement.js';
import { storageErrors } from './storage-errors.js';
import {
  type CommitOutcome,
  type Row,
  Store,
  type StoreObserver,
  type StoreStatus,
} from './store.js';
import type { WorkerCommit, WorkerOutcome, WorkerReply } from './sqlite-protocol.js';

/** Where the file stands and how much may be asked of it. */
export interface SqliteStoreOptions {
  readonly file: string;
  /** Size limit of the database file, 0 for none. */
  readonly bytesMax?: number;
  /** Commits that may wait for the writer before more are refused with 503. */
  readonly waitingMax?: number;
  readonly observer?: StoreObserver;
}

/** SQLite's default page size, which we keep. */
const pageBytes = 4_096;
/** After this a failed commit no longer counts: nobody may have tried again since. */
const faultAgeMaxMs = 30_000;
const waitingMaxDefault = 20_000;

/**
 * The embedded store. A writer thread groups waiting commits into one transaction and one fsync, a
 * reader thread runs scans, and point reads use a read-only connection here: the event loop never
 * waits for the disk.
 */
export class SqliteStore extends Store {
  readonly dialect = 'sqlite';
  readonly isShared = false;
  private readonly writer: SqliteThread<WorkerOutcome>;
  private readonly reader: SqliteThread<Row[]>;
  private readonly pointReads = new Map<string, StatementSync>();
  private connection: DatabaseSync | null = null;
  /** Why the last commit failed, until one lands. */
  private fault: { readonly message: string; readonly atMs: number } | null = null;
  private queued: WorkerCommit[] = [];
  private closing: Promise<void> | null = null;

  private constructor(private readonly options: SqliteStoreOptions) {
    super();
    const pagesMax = Math.ceil((options.bytesMax ?? 0) / pageBytes);
    const { file } = options;
    this.writer = new SqliteThread({ file, role: 'writer', pagesMax }, (reply) =>
      this.onWritten(reply),
    );
    this.reader = new SqliteThread({ file, role: 'reader', pagesMax }, (reply) =>
      this.onRead(reply),
    );
  }

  /**
   * Opens the database, and makes the file when there is none.
   *
   * @throws Error with the path when the folder or the file cannot be opened for writing.
   */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    proveAccess(options.file);
    return new SqliteStore(options);
  }

  async commit(writes: readonly Write[]): Promise<CommitOutcome> {
    this.refuseWhenClosing();
    if (this.writer.waiting >= (this.options.waitingMax ?? waitingMaxDefault)) {
      throw storageErrors.overloaded('The queue of the database is full.', {
        retryAfterSeconds: 1,
      });
    }
    const outcome = await this.ask(writes);
    this.options.observer?.outcome(outcome.kind);
    if (outcome.kind === 'failed' && isOutage(outcome))
      this.fault = { message: outcome.message, atMs: performance.now() };
    else this.fault = null;
    if (outcome.kind === 'failed') throw errorOf(outcome);
    return outcome.kind === 'committed'
      ? { committed: true, rows: outcome.rows }
      : { committed: false, conflict: outcome.conflict };
  }

  async find<Result extends Row>(statement: Statement): Promise<Result | undefined> {
    this.refuseWhenClosing();
    try {
      return this.pointRead(statement.sql).get(...statement.parameters) as Result | undefined;
    } catch (cause) {
      const fault = faultOf(cause);
      // The next read tries with a fresh connection.
      if (isOutage(fault)) this.closeConnection();
      throw errorOf(fault, cause);
    }
  }

  async list<Result extends Row>(statement: Statement): Promise<Result[]> {
    this.refuseWhenClosing();
    return (await this.scan(statement)) as Result[];
  }

  status(): StoreStatus {
    const { fault } = this;
    const isFresh = fault !== null && performance.now() - fault.atMs < faultAgeMaxMs;
    return {
      waiting: this.writer.waiting,
      fault: isFresh ? fault.message : null,
      folder: dirname(this.options.file),
    };
  }

  /** Nobody else works on the file. */
  onForeignAppend(): void {}

  close(): Promise<void> {
    return (this.closing ??= this.finish());
  }

  private async finish(): Promise<void> {
    // An empty commit and a trivial read pass behind all that wait; the threads end after them.
    await Promise.allSettled([this.ask([]), this.scan({ sql: 'SELECT 1', parameters: [] })]);
    await Promise.all([this.writer.close(), this.reader.close()]);
    this.closeConnection();
    // The last connection that can write moves the write-ahead log into the file: one file to copy.
    proveAccess(this.options.file);
  }

  private refuseWhenClosing(): void {
    if (this.closing !== null) throw storageErrors.unavailable('The database is being closed.');
  }

  private closeConnection(): void {
    this.pointReads.clear();
    this.connection?.close();
    this.connection = null;
  }

  private async ask(writes: readonly Write[]): Promise<WorkerOutcome> {
    const { id, reply } = this.writer.expectReply();
    // One message for all commits of this turn of the event loop.
    if (this.queued.push({ id, writes: writes.map((write) => this.encode(write)) }) === 1) {
      setImmediate(() => this.send());
    }
    return reply;
  }

  private async scan({ sql, parameters }: Statement): Promise<Row[]> {
    const { id, reply } = this.reader.expectReply();
    const statement = this.reader.numberOf(sql);
    this.reader.post((statements) => ({ kind: 'read', statements, id, statement, parameters }));
    return reply;
  }

  private encode(write: Write): WorkerCommit['writes'][number] {
    const { statement, expect, conflict = 'expectation', returning = false } = write;
    return [this.writer.numberOf(statement.sql), statement.parameters, expect, conflict, returning];
  }

  private send(): void {
    const commits = this.queued;
    this.queued = [];
    this.writer.post((statements) => ({ kind: 'commit', statements, commits }));
  }

  private onWritten(reply: WorkerReply): void {
    if (reply.kind !== 'committed') return;
    this.options.observer?.group(reply.outcomes.length, reply.durationMs);
    for (const [id, outcome] of reply.outcomes) this.writer.settle(id, outcome);
  }

  private onRead(reply: WorkerReply): void {
    if (reply.kind === 'rows') this.reader.settle(reply.id, [...reply.rows]);
    else if (reply.kind === 'read-failed') this.reader.fail(reply.id, errorOf(reply.outcome));
  }

  private pointRead(sql: string): StatementSync {
    let statement = this.pointReads.get(sql);
    if (statement === undefined) {
      this.connection ??= new DatabaseSync(this.options.file, { readOnly: true });
      statement = this.connection.prepare(sql);
      this.pointReads.set(sql, statement);
    }
    return statement;
  }
}

/** Makes the file when there is none, and proves the access before the threads open theirs. */
function proveAccess(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const probe = new DatabaseSync(file);
    try {
      probe.exec('PRAGMA journal_mode = WAL');
    } finally {
      probe.close();
    }
  } catch (cause) {
    throw new Error(`the database ${file} cannot be opened: ${faultOf(cause).message}`, { cause });
  }
}
