import { Worker } from 'node:worker_threads';
import { storageErrors } from './storage-errors.js';
import type { NewStatements, WorkerReply, WorkerRequest } from './sqlite-protocol.js';

/** What a database thread needs to open its connection. */
export interface SqliteThreadOptions {
  readonly file: string;
  readonly role: 'writer' | 'reader';
  /** Size limit of the file in pages, 0 for none. */
  readonly pagesMax: number;
}

/** Pause before a thread that died is started again, and what callers are told. */
const retryAfterSeconds = 1;

interface Pending<Reply> {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The main thread's end of one database thread: matches answers to questions by number, numbers SQL
 * texts so that each travels once, and starts the thread again when it dies (what was asked
 * meanwhile fails as unavailable).
 */
export class SqliteThread<Reply> {
  private worker: Worker | null;
  private readonly pending = new Map<number, Pending<Reply>>();
  private readonly numbers = new Map<string, number>();
  private unsent: (readonly [number, string])[] = [];
  private lastId = 0;
  private restart: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(
    private readonly options: SqliteThreadOptions,
    private readonly onReply: (reply: WorkerReply) => void,
  ) {
    this.worker = this.start();
  }

  get waiting(): number {
    return this.pending.size;
  }

  /** A promise for the answer with a fresh number. */
  expectReply(): { id: number; reply: Promise<Reply> } {
    if (this.worker === null) {
      throw storageErrors.unavailable('The database is being opened again.', { retryAfterSeconds });
    }
    const id = ++this.lastId;
    const reply = new Promise<Reply>((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
    });
    return { id, reply };
  }

  settle(id: number, reply: Reply): void {
    this.pending.get(id)?.resolve(reply);
    this.pending.delete(id);
  }

  fail(id: number, error: Error): void {
    this.pending.get(id)?.reject(error);
    this.pending.delete(id);
  }

  /** The number of a SQL text; its text goes out with the next message when it is new. */
  numberOf(sql: string): number {
    let number = this.numbers.get(sql);
    if (number === undefined) {
      number = this.numbers.size + 1;
      this.numbers.set(sql, number);
      this.unsent.push([number, sql]);
    }
    return number;
  }

  /** Sends a question together with the SQL texts that the thread does not know yet. */
  post(request: (statements: NewStatements) => WorkerRequest): void {
    // Without a thread the question has failed already, and the texts must wait for the next one.
    if (this.worker === null) return;
    const statements = this.unsent;
    if (statements.length > 0) this.unsent = [];
    this.worker.postMessage(request(statements));
  }

  /** Ends the thread; what it has not answered fails. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.restart !== null) clearTimeout(this.restart);
    await this.worker?.terminate();
  }

  private start(): Worker {
    // In tests the source runs as it is; Node strips its types.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./sqlite-worker.${extension}`, import.meta.url), {
      workerData: this.options,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    let cause: unknown;
    worker.on('message', (reply: WorkerReply) => this.onReply(reply));
    worker.on('error', (error: unknown) => {
      cause = error;
    });
    // Follows every error, and comes alone when the thread was ended from outside.
    worker.on('exit', () => this.onExit(cause));
    return worker;
  }

  private onExit(cause: unknown): void {
    this.worker = null;
    const failure = storageErrors.unavailable(
      'The database thread stopped; whether this request was stored is unknown.',
      { retryAfterSeconds, cause },
    );
    for (const { reject } of this.pending.values()) reject(failure);
    this.pending.clear();
    this.unsent = [...this.numbers].map(([sql, number]) => [number, sql] as const);
    if (this.closed) return;
    this.restart = setTimeout(() => (this.worker = this.start()), retryAfterSeconds * 1_000);
  }
}
