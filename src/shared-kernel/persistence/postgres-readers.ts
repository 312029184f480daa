import { PostgresConnection } from './postgres-connection.js';
import { errorOf, faultOf, kindOf } from './postgres-faults.js';
import type { SessionOptions } from './postgres-session.js';
import type { Statement } from './statement.js';
import type { Row } from './store.js';

/**
 * A few connections for reads. A read goes to the one that owes the fewest answers; lists leave the
 * first one alone, so that a read by key never waits behind scans only.
 */
export class PostgresReaders {
  private readonly connections: readonly PostgresConnection[];
  private readonly reading = new Set<Promise<unknown>>();

  constructor(options: SessionOptions, readersMax: number) {
    const count = Math.max(2, readersMax);
    this.connections = Array.from({ length: count }, () => new PostgresConnection(options));
  }

  find(statement: Statement): Promise<Row[]> {
    return this.tracked(this.read(this.connections, statement));
  }

  list(statement: Statement): Promise<Row[]> {
    return this.tracked(this.read(this.connections.slice(1), statement));
  }

  /** Lets what was asked be answered first. */
  async close(): Promise<void> {
    await Promise.allSettled(this.reading);
    await Promise.all(this.connections.map((connection) => connection.close()));
  }

  private async read(from: readonly PostgresConnection[], statement: Statement): Promise<Row[]> {
    // A connection may have died unseen, or know too old tables: a read may be done again.
    for (let tries = 1; ; tries++) {
      const connection = leastBusy(from);
      const session = await connection.session();
      try {
        return (await session.run(statement)).rows;
      } catch (error) {
        const fault = faultOf(error);
        const isLost = kindOf(fault) === 'connection';
        if (isLost) connection.discard(session);
        if (!isLost || tries > 1) throw errorOf(fault);
      }
    }
  }

  private tracked<Result>(reading: Promise<Result>): Promise<Result> {
    this.reading.add(reading);
    return reading.finally(() => this.reading.delete(reading));
  }
}

function leastBusy(connections: readonly PostgresConnection[]): PostgresConnection {
  return connections.reduce((best, next) => (next.inFlight < best.inFlight ? next : best));
}
