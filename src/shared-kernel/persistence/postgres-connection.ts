import { faultOf, unavailableFor } from './postgres-faults.js';
import { PostgresSession, type SessionOptions } from './postgres-session.js';

/** Pauses between attempts to connect: short at first, since most outages are restarts. */
const retryFirstMs = 100;
const retryMaxMs = 5_000;

/**
 * A connection that is opened again when it is needed and was lost. While the server refuses,
 * callers fail at once instead of waiting in a queue that cannot move.
 */
export class PostgresConnection {
  private current: PostgresSession | null = null;
  private opening: Promise<PostgresSession> | null = null;
  private failures = 0;
  private refusal: { readonly error: unknown; readonly untilMs: number } | null = null;

  constructor(
    private readonly options: SessionOptions,
    private readonly onLost: () => void = () => undefined,
  ) {}

  /** Statements that wait for their answers. */
  get inFlight(): number {
    return this.current?.inFlight ?? 0;
  }

  /** Process number of the server's end, null while there is none. */
  get processId(): number | null {
    return this.current?.processId ?? null;
  }

  /**
   * The live session.
   *
   * @throws `storage.unavailable` when the server cannot be reached, also when it could not a
   * moment ago
   */
  async session(): Promise<PostgresSession> {
    if (this.current !== null) return this.current;
    if (this.refusal !== null && performance.now() < this.refusal.untilMs) {
      throw unavailableFor(faultOf(this.refusal.error));
    }
    try {
      return await this.open();
    } catch (error) {
      throw unavailableFor(faultOf(error));
    }
  }

  /** Connects now. @throws what the driver throws, for a start that tells it */
  open(): Promise<PostgresSession> {
    return (this.opening ??= this.connect().finally(() => (this.opening = null)));
  }

  /** Gives a session up whose state cannot be trusted any more. */
  discard(session: PostgresSession): void {
    session.destroy();
  }

  async close(): Promise<void> {
    await this.opening?.catch(() => undefined);
    await this.current?.end();
  }

  private forget(lost: PostgresSession): void {
    if (this.current !== lost) return;
    this.current = null;
    this.onLost();
  }

  private async connect(): Promise<PostgresSession> {
    try {
      const session = await PostgresSession.open(this.options, (lost) => this.forget(lost));
      // It may be gone again already.
      if (!session.isLive) throw new Error('the connection was closed');
      this.failures = 0;
      this.refusal = null;
      this.current = session;
      return session;
    } catch (error) {
      const pauseMs = Math.min(retryFirstMs * 2 ** this.failures++, retryMaxMs);
      this.refusal = { error, untilMs: performance.now() + pauseMs };
      throw error;
    }
  }
}
