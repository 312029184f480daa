import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { MessagingModule } from '#shared-kernel/messaging/messaging.module.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { Tracer } from '#shared-kernel/observability/tracer.js';
import { PersistenceModule } from '#shared-kernel/persistence/persistence.module.js';
import { always, type Statement, type Write } from '#shared-kernel/persistence/statement.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import {
  type CommitOutcome,
  type Dialect,
  type Row,
  Store,
} from '#shared-kernel/persistence/store.js';
import { inDialect } from '#shared-kernel/persistence/schema-dialect.js';
import { memoryLog } from '../conformance/messaging-kernel.js';
import { openTestStore } from './test-store.js';

const factTimeoutMs = 15_000;

/** When the process is to die: before a commit reaches the disk, or after, before its answer. */
interface Death {
  readonly when: 'before' | 'after';
  /** Which commit: by the SQL of its writes. */
  readonly at: (sql: string) => boolean;
}

/**
 * A store whose process can die: the commit that the death names gets no answer, and nothing after
 * it is stored or answered.
 */
class MortalStore extends Store {
  readonly dialect: Dialect;
  readonly isShared = false;
  death: Death | null = null;
  isDead = false;

  constructor(private readonly inner: Store) {
    super();
    this.dialect = inner.dialect;
  }

  async commit(writes: readonly Write[]): Promise<CommitOutcome> {
    this.refuseWhenDead();
    const { death } = this;
    const sql = writes.map(({ statement }) => statement.sql).join('\n');
    if (death === null || !death.at(sql)) return this.inner.commit(writes);
    if (death.when === 'after') await this.inner.commit(writes);
    this.isDead = true;
    throw storageErrors.unavailable('The process died.');
  }

  async find<Result extends Row>(statement: Statement): Promise<Result | undefined> {
    this.refuseWhenDead();
    return this.inner.find<Result>(statement);
  }

  async list<Result extends Row>(statement: Statement): Promise<Result[]> {
    this.refuseWhenDead();
    return this.inner.list<Result>(statement);
  }

  status() {
    return this.inner.status();
  }

  onForeignAppend(): void {}

  close(): Promise<void> {
    return this.inner.close();
  }

  private refuseWhenDead(): void {
    if (this.isDead) throw storageErrors.unavailable('The process is dead.');
  }
}

/** Moves only when the test says so. */
class DrivenClock extends Clock {
  constructor(public nowMs: number) {
    super();
  }

  now(): number {
    return this.nowMs;
  }
}

/** Messaging with a few providers on one database file: it can be killed and started again. */
export class MessagingProgram {
  readonly clock: DrivenClock;
  readonly lines: Record<string, unknown>[] = [];
  meter = new Meter({ format: 'text', processMetrics: false });
  store!: MortalStore;
  private program: TestingModule | null = null;
  private readonly folder = mkdtempSync(join(tmpdir(), 'signalbox-program-'));

  private starts = 0;

  constructor(
    private readonly providers: readonly Provider[],
    nowMs = Date.UTC(2026, 0, 1),
  ) {
    this.clock = new DrivenClock(nowMs);
  }

  async start(providers: readonly Provider[] = this.providers): Promise<void> {
    this.meter = new Meter({ format: 'text', processMetrics: false });
    // As after a restart: every process has a name of its own.
    const instanceId = `process-${++this.starts}`;
    this.store = new MortalStore(await openTestStore(this.folder));
    const values = [
      { provide: Log, useValue: memoryLog(this.lines, 'info') },
      { provide: Meter, useValue: this.meter },
      { provide: Tracer, useValue: new Tracer(1, null) },
    ];
    this.program = await Test.createTestingModule({
      imports: [
        DiscoveryModule,
        { module: Foundation, global: true, providers: values, exports: [Log, Meter, Tracer] },
        PersistenceModule.forRoot({ file: join(this.folder, 'unused.db'), bytesMax: 0 }),
        MessagingModule.forRoot({ instanceId, dueWorkConcurrency: 8, drainTimeoutMs: 5_000 }),
      ],
      providers: [...providers],
    })
      .overrideProvider(Store)
      .useValue(this.store)
      .overrideProvider(Clock)
      .useValue(this.clock)
      .compile();
    this.program.enableShutdownHooks();
    await this.program.init();
  }

  get log(): EventLog {
    return this.get(EventLog);
  }

  get<Thing>(token: abstract new (...args: never[]) => Thing): Thing {
    if (this.program === null) throw new Error('the program does not run');
    return this.program.get<Thing>(token, { strict: false });
  }

  /** Makes a table of the test's own, written as SQLite has it. */
  async make(...tables: string[]): Promise<void> {
    const texts = tables.map((table) => inDialect(table, this.store.dialect));
    await this.store.commit(texts.map((sql) => always({ sql, parameters: [] })));
  }

  /** Moves the clock, and lets the workers look at it. */
  advance(ms: number): void {
    this.clock.nowMs += ms;
    this.wake();
  }

  wake(): void {
    this.log.announce({ due: ['command', 'schedule'] });
  }

  rows<Found extends Row>(sql: string, ...parameters: Statement['parameters']): Promise<Found[]> {
    return this.store.list<Found>({ sql, parameters });
  }

  /** Value of a series in the text that Prometheus reads, 0 when it is absent. */
  async metric(series: string): Promise<number> {
    const { body } = await this.meter.expose();
    const line = body.split('\n').find((text) => text.startsWith(`${series} `));
    return Number(line?.slice(series.length) ?? 0);
  }

  /** Waits for a fact, for as long as a test may take. */
  async until(fact: () => boolean | Promise<boolean>): Promise<void> {
    const endsAt = performance.now() + factTimeoutMs;
    while (!(await fact())) {
      if (performance.now() > endsAt) throw new Error(`never came true: ${fact.toString()}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async stop(): Promise<void> {
    await this.program?.close();
    this.program = null;
  }

  async end(): Promise<void> {
    await this.stop();
    // A start that was refused left it open.
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

@Module({})
class Foundation {}
