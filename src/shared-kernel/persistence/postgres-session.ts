import type { Duplex } from 'node:stream';
import { Client, type Notification, type QueryConfig, type QueryResult } from 'pg';
import { columnTypes, parameterOf } from './postgres-values.js';
import type { SqlValue, Statement } from './statement.js';
import { StatementNames } from './statement-names.js';
import type { Row } from './store.js';

/** How to reach the server, and how long to wait for it. */
export interface SessionOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  /** Silence of the server, while it owes an answer, after which the connection counts as dead. */
  readonly answerTimeoutMs: number;
}

/** What one statement gave. */
export interface Answer {
  /** `COMMIT`, `ROLLBACK`, `INSERT`, ... */
  readonly command: string;
  readonly changed: number;
  readonly rows: Row[];
}

/**
 * What must hold on every connection, whatever the server's settings are: an acknowledged commit is
 * on disk, and a statement sees what was committed before it began.
 */
const settings = [
  "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')",
  "SET default_transaction_isolation = 'read committed'",
  // A transaction of ours never waits for us: one that does has lost its process, or that stands
  // still. It holds rows and the turn to append, so it must be gone before others take over.
  'SET idle_in_transaction_session_timeout = 3000',
  // Compiling costs more than any statement of ours takes.
  'SET jit = off',
].join(';');

/** Statements that change tables may take as long as they need. */
const schemaChange = /^\s*(CREATE|ALTER|DROP)\b/i;

/**
 * One live connection. Statements are sent as they come, without waiting for the answers before
 * them (https://node-postgres.com/features/pipelining), and are answered in their order.
 */
export class PostgresSession {
  /** Process number of the server's end, which notifications name as their sender. */
  readonly processId: number;
  private readonly names = new StatementNames();
  private owed = 0;
  private silence: NodeJS.Timeout | null = null;
  private live = true;

  private constructor(
    private readonly client: ConnectedClient,
    private readonly answerTimeoutMs: number,
    private readonly onEnd: (session: PostgresSession) => void,
  ) {
    this.processId = client.processID;
    client.on('error', () => this.lost());
    client.on('end', () => this.lost());
  }

  /**
   * Connects.
   *
   * @param onEnd called once when the connection is gone
   * @throws what the driver throws
   */
  static async open(
    options: SessionOptions,
    onEnd: (session: PostgresSession) => void,
  ): Promise<PostgresSession> {
    const client = new Client({
      connectionString: options.url,
      application_name: options.applicationName,
      connectionTimeoutMillis: options.connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      pipeline: true,
      types: columnTypes,
    });
    // Until somebody listens, an error of an idle connection would end the process.
    client.on('error', () => undefined);
    await client.connect();
    const session = new PostgresSession(client as ConnectedClient, options.answerTimeoutMs, onEnd);
    await session.run({ sql: settings, parameters: [] });
    return session;
  }

  get isLive(): boolean {
    return this.live;
  }

  /** Statements sent whose answers have not come. */
  get inFlight(): number {
    return this.owed;
  }

  /** Sends a statement behind those before it. */
  run({ sql, parameters }: Statement): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waitForAnswer(schemaChange.test(sql));
      this.client.query(this.queryOf(sql, parameters), (error: Error | null, result) => {
        this.answered();
        if (error) reject(error);
        else resolve(answerOf(result));
      });
    });
  }

  /** Sends what `work` runs in as few packets as possible. */
  together<Result>(work: () => Result): Result {
    const { stream } = this.client.connection;
    stream.cork();
    try {
      return work();
    } finally {
      stream.uncork();
    }
  }

  onNotification(listener: (notification: Notification) => void): void {
    this.client.on('notification', listener);
  }

  /** Ends it once everything sent is answered. */
  async end(): Promise<void> {
    await this.client.end().catch(() => undefined);
    this.lost();
  }

  /** Ends it at once: what was sent fails. */
  destroy(): void {
    this.client.connection.stream.destroy();
    this.lost();
  }

  private queryOf(sql: string, parameters: readonly SqlValue[]): QueryConfig {
    // The simple protocol, which takes several statements and needs no preparation.
    if (parameters.length === 0) return { text: sql };
    const name = this.names.nameOf(sql);
    const values = parameters.map(parameterOf);
    return name === undefined ? { text: sql, values } : { name, text: sql, values };
  }

  private waitForAnswer(mayTakeLong: boolean): void {
    this.owed++;
    if (mayTakeLong || this.silence !== null) return;
    this.silence = setTimeout(() => this.destroy(), this.answerTimeoutMs);
  }

  private answered(): void {
    if (--this.owed > 0) {
      this.silence?.refresh();
      return;
    }
    if (this.silence !== null) clearTimeout(this.silence);
    this.silence = null;
  }

  private lost(): void {
    if (!this.live) return;
    this.live = false;
    this.onEnd(this);
  }
}

/** What the driver's types leave out. */
type ConnectedClient = Client & {
  readonly processID: number;
  readonly connection: { readonly stream: Duplex };
};

/** Several statements in one text give several results; nobody asks for those. */
function answerOf(result: QueryResult<Row> | QueryResult<Row>[]): Answer {
  const last = Array.isArray(result) ? result.at(-1) : result;
  return { command: last?.command ?? '', changed: last?.rowCount ?? 0, rows: last?.rows ?? [] };
}
