import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ContractChecker } from '../../src/shared-kernel/contracts/contract-checker.js';
import { defineEvent } from '../../src/shared-kernel/contracts/event-contract.js';
import { Clock } from '../../src/shared-kernel/domain/clock.js';
import { messagingMigrations } from '../../src/shared-kernel/messaging/messaging.migrations.js';
import { Pipeline } from '../../src/shared-kernel/messaging/pipeline.js';
import { ReactionStorage } from '../../src/shared-kernel/messaging/reaction-storage.js';
import { RunnerParts } from '../../src/shared-kernel/messaging/runner-parts.js';
import { StoredEventLog } from '../../src/shared-kernel/messaging/stored-event-log.js';
import { Log, type LogLevel } from '../../src/shared-kernel/observability/logger.js';
import { Meter } from '../../src/shared-kernel/observability/meter.js';
import { Tracer } from '../../src/shared-kernel/observability/tracer.js';
import { migrate } from '../../src/shared-kernel/persistence/migrate.js';
import {
  absent,
  type Statement,
  type Write,
} from '../../src/shared-kernel/persistence/statement.js';
import type { Store } from '../../src/shared-kernel/persistence/store.js';
import { openTestStore, type StoreKind } from '../support/test-store.js';

/** Moves only when the test says so. */
class DrivenClock extends Clock {
  nowMs = Date.UTC(2026, 0, 1);

  now(): number {
    return this.nowMs;
  }
}

/** The event of the tests: `n` tells one from another, `key` is what must stay in order. */
export class ThingHappened extends defineEvent({
  name: 'things.thing-happened',
  version: 1,
  summary: 'A thing happened.',
  key: ({ key }) => key,
  schema: z.object({ key: z.string(), n: z.number() }),
  examples: [{ key: 'a', n: 1 }],
  since: '0.1.0',
}) {}

/** What the reactions of the tests append. */
export class ThingNoticed extends defineEvent({
  name: 'things.thing-noticed',
  version: 1,
  summary: 'A thing was noticed.',
  key: ({ key }) => key,
  schema: z.object({ key: z.string(), n: z.number() }),
  examples: [{ key: 'a', n: 1 }],
  since: '0.1.0',
}) {}

/** The decision to append the event of the tests. */
export const happened = (n: number, key = 'a') =>
  ThingHappened.of({ tenant: 'default', data: { key, n } });

/** Real messaging on a real store in a folder of its own; only the clock is driven. */
export interface MessagingKernel {
  readonly store: Store;
  readonly clock: DrivenClock;
  readonly meter: Meter;
  readonly log: Log;
  readonly pipeline: Pipeline;
  readonly eventLog: StoredEventLog;
  readonly storage: ReactionStorage;
  readonly parts: RunnerParts;
  /** Lines of the log, parsed. */
  readonly lines: Record<string, unknown>[];
  /** Value of a series in the text that Prometheus reads, 0 when it is absent. */
  metric(series: string): Promise<number>;
  rows<Row extends Record<string, unknown>>(sql: string): Promise<Row[]>;
  end(): Promise<void>;
}

export async function openMessaging(
  level: LogLevel = 'info',
  kind?: StoreKind,
): Promise<MessagingKernel> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-messaging-'));
  const store = await openTestStore(folder, kind);
  const clock = new DrivenClock();
  await migrate(store, [...messagingMigrations, effects], clock.now());
  const meter = new Meter({ format: 'text', processMetrics: false });
  const lines: Record<string, unknown>[] = [];
  const log = memoryLog(lines, level);
  const contracts = new ContractChecker(meter);
  const pipeline = new Pipeline(new Tracer(1, null), log, meter, contracts);
  const eventLog = new StoredEventLog(store, contracts, meter, clock);
  const storage = new ReactionStorage(store);
  const parts = new RunnerParts(store, eventLog, storage, pipeline, clock);
  return {
    store,
    clock,
    meter,
    log,
    pipeline,
    eventLog,
    storage,
    parts,
    lines,
    async metric(series) {
      const { body } = await meter.expose();
      const line = body.split('\n').find((text) => text.startsWith(`${series} `));
      return Number(line?.slice(series.length) ?? 0);
    },
    rows: (sql) => store.list({ sql, parameters: [] }),
    async end() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A log that writes to memory, one parsed line an entry. */
export function memoryLog(lines: Record<string, unknown>[], level: LogLevel): Log {
  return new Log(
    { level, serviceVersion: '1.2.3', instanceId: 'test' },
    {
      write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
      flush: (done) => done(),
      flushSync: () => undefined,
    },
  );
}

const effects = {
  id: 'test.0001-effects',
  statements: [
    // The unique key turns an effect that happens twice into a conflict.
    'CREATE TABLE effect (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER UNIQUE, key TEXT)',
    'CREATE TABLE tally (key TEXT PRIMARY KEY, sum INTEGER NOT NULL)',
  ],
};

/** The effect of a reaction on rows: happens once for each `n`. */
export function effect({ n, key }: { n: number; key: string }): Write {
  return absent(
    { sql: 'INSERT INTO effect (n, key) VALUES (?, ?)', parameters: [n, key] },
    'effect-is-new',
  );
}

export const statement = (sql: string, ...parameters: Statement['parameters']): Statement => ({
  sql,
  parameters,
});
