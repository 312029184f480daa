import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, type LoggerService, Module, type Type } from '@nestjs/common';
import { CommandBus, CqrsModule, type CqrsModuleOptions, EventBus } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { MessagingModule } from '#shared-kernel/messaging/messaging.module.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { Tracer } from '#shared-kernel/observability/tracer.js';
import { PersistenceModule } from '#shared-kernel/persistence/persistence.module.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { memoryLog } from './messaging-kernel.js';

/** What makes up a program beside its buses. */
interface ProgramParts {
  readonly providers?: readonly Type[];
  readonly imports?: readonly (Type | DynamicModule)[];
}

/** Both programs have the buses of @nestjs/cqrs; this is what the tests drive. */
interface BusProgram {
  readonly module: TestingModule;
  readonly events: EventBus;
  readonly commands: CommandBus;
  close(): Promise<void>;
}

/** A program with our messaging on SQLite in a folder. */
interface OurProgram extends BusProgram {
  readonly log: EventLog;
  /** Parsed lines of the log, from `warn` on. */
  readonly lines: Record<string, unknown>[];
  rows<Row extends Record<string, unknown>>(sql: string): Promise<Row[]>;
}

/** A program with @nestjs/cqrs as it comes. */
interface PlainProgram extends BusProgram {
  /** What it wrote as warnings and errors. */
  readonly lines: readonly string[];
}

@Module({})
class ObservabilityModule {}

/** A folder for the data of one test. */
export function newFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'signalbox-cqrs-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Starts messaging as the real program has it; a second start goes on with the folder's data. */
export async function startOurs(
  folder: string,
  { providers = [], imports = [] }: ProgramParts = {},
): Promise<OurProgram> {
  const lines: Record<string, unknown>[] = [];
  const observability = [
    { provide: Log, useValue: memoryLog(lines, 'warn') },
    { provide: Meter, useValue: new Meter({ format: 'text', processMetrics: false }) },
    { provide: Tracer, useValue: new Tracer(1, null) },
  ];
  const module = await Test.createTestingModule({
    imports: [
      {
        module: ObservabilityModule,
        global: true,
        providers: observability,
        exports: [Log, Meter, Tracer],
      },
      PersistenceModule.forRoot({ file: join(folder, 'test.db'), bytesMax: 0 }),
      MessagingModule.forRoot({ instanceId: 'test', dueWorkConcurrency: 4, drainTimeoutMs: 5_000 }),
      ...imports,
    ],
    providers: [...providers],
  }).compile();
  try {
    await module.init();
  } catch (error) {
    await module.get(Store, { strict: false }).close();
    throw error;
  }
  return {
    ...busesOf(module),
    log: module.get(EventLog),
    lines,
    rows: (sql) => module.get(Store, { strict: false }).list({ sql, parameters: [] }),
  };
}

/** Starts a program that has @nestjs/cqrs and nothing of ours. */
export async function startPlain(
  { providers = [], imports = [] }: ProgramParts,
  options: CqrsModuleOptions = {},
): Promise<PlainProgram> {
  const lines: string[] = [];
  const module = await Test.createTestingModule({
    imports: [CqrsModule.forRoot(options), ...imports],
    providers: [...providers],
  })
    .setLogger(loggerInto(lines))
    .compile();
  await module.init();
  return { ...busesOf(module), lines };
}

/** Waits for a fact; the test's own time limit ends it. */
export async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await turn();
}

/** Lets everything that is ready run; several turns make work that takes longer. */
export async function turn(turns = 1): Promise<void> {
  for (let passed = 0; passed < turns; passed++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

function busesOf(module: TestingModule): BusProgram {
  return {
    module,
    events: module.get(EventBus),
    commands: module.get(CommandBus),
    close: () => module.close(),
  };
}

function loggerInto(lines: string[]): LoggerService {
  const write = (message: unknown) => void lines.push(String(message));
  return { log: () => undefined, warn: write, error: write, fatal: write };
}
