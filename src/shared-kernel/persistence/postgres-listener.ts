import { appendChannel } from './append-order.js';
import { PostgresConnection } from './postgres-connection.js';
import type { SessionOptions } from './postgres-session.js';

/** Pause before a lost connection is opened again; meanwhile everybody polls. */
const reopenMs = 1_000;

/**
 * Hears of events that other processes append, on a connection of its own. What it misses while
 * the connection is down is told once it is up again.
 */
export class PostgresListener {
  private readonly listeners: (() => void)[] = [];
  private readonly connection: PostgresConnection;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(
    options: SessionOptions,
    /** Process number of the connection whose notifications are our own. */
    private readonly ownProcessId: () => number | null,
  ) {
    this.connection = new PostgresConnection(options, () => this.openLater());
  }

  add(listener: () => void): void {
    this.listeners.push(listener);
    if (this.listeners.length === 1) void this.listen();
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.connection.close();
  }

  private async listen(): Promise<void> {
    try {
      const session = await this.connection.session();
      session.onNotification(({ processId }) => {
        if (processId !== this.ownProcessId()) this.tell();
      });
      await session.run({ sql: `LISTEN ${appendChannel}`, parameters: [] });
      this.tell();
    } catch {
      this.openLater();
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  private openLater(): void {
    if (this.closed || this.timer !== null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.listen();
    }, reopenMs);
    this.timer.unref();
  }
}
