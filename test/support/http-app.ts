import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuthModule } from '#shared-kernel/auth/auth.module.js';
import { ConfigModule } from '#shared-kernel/config/config.module.js';
import { loadSettings } from '#shared-kernel/config/settings.js';
import { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { FirstKey } from '#shared-kernel/auth/first-key.js';
import { authMigrations } from '#shared-kernel/auth/auth.migrations.js';
import { createHttpAdapter } from '#shared-kernel/http/http-adapter.js';
import { httpMigrations } from '#shared-kernel/http/http.migrations.js';
import { HttpModule } from '#shared-kernel/http/http.module.js';
import { BusPipeline } from '#shared-kernel/messaging/bus-pipeline.js';
import { Pipeline } from '#shared-kernel/messaging/pipeline.js';
import type { PipelineMessage } from '#shared-kernel/messaging/pipeline-message.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { Tracer } from '#shared-kernel/observability/tracer.js';
import { migrate } from '#shared-kernel/persistence/migrate.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { openTestStore } from './test-store.js';

/** Starts where the test says and moves only when it says so. */
class DrivenClock extends Clock {
  constructor(public nowMs = Date.UTC(2026, 0, 1)) {
    super();
  }

  now(): number {
    return this.nowMs;
  }
}

interface HttpAppOptions {
  readonly controllers?: Type[];
  readonly env?: Readonly<Record<string, string>>;
  readonly answerCheck?: 'throw' | 'log';
}

/** The HTTP edge with a real store, pipeline and server on a free port. */
export interface HttpApp {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly port: number;
  readonly clock: DrivenClock;
  readonly store: Store;
  readonly meter: Meter;
  /** Value of an admin key of the operator. */
  readonly adminKey: string;
  readonly folder: string;
  /** Messages that passed the pipeline, with all that was put on them. */
  readonly messages: PipelineMessage[];
  /** Lines of the log, as written. */
  readonly logLines: string[];
  close(): Promise<void>;
}

@Module({})
class FoundationModule {}

export async function startHttpApp(options: HttpAppOptions = {}): Promise<HttpApp> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-http-'));
  const store = await openTestStore(folder);
  const clock = new DrivenClock();
  await migrate(store, [...authMigrations, ...httpMigrations], clock.now());
  const meter = new Meter({ format: 'openmetrics', processMetrics: false });
  const logLines: string[] = [];
  const log = memoryLog(logLines);
  const contracts = new ContractChecker(meter);
  const pipeline = new Pipeline(new Tracer(1, null), log, meter, contracts);
  const messages: PipelineMessage[] = [];
  const env = { DATA_FOLDER: folder, DISK_FREE_BYTES_MIN: '0', ...options.env };
  const settings = loadSettings(env, '', { tty: false });
  const values = [
    { provide: Store, useValue: store },
    { provide: Clock, useValue: clock },
    { provide: Meter, useValue: meter },
    { provide: Log, useValue: log },
    { provide: ContractChecker, useValue: contracts },
    { provide: Pipeline, useValue: pipeline },
  ];
  const foundation: DynamicModule = {
    module: FoundationModule,
    global: true,
    imports: [DiscoveryModule],
    providers: [...values, BusPipeline],
    exports: values.map(({ provide }) => provide),
  };
  const testing = await Test.createTestingModule({
    imports: [
      foundation,
      ConfigModule.forRoot(settings),
      CqrsModule.forRoot(),
      AuthModule,
      HttpModule.forRoot({ version: '1.2.3', answerCheck: options.answerCheck ?? 'throw' }),
    ],
    controllers: options.controllers ?? [],
  }).compile();
  const adapter = createHttpAdapter({
    limits: settings,
    pipeline: {
      run: (message, work) => pipeline.run(message, work).finally(() => messages.push(message)),
    },
  });
  const app = testing.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const adminKey = (await app.get(FirstKey).make()) ?? '';
  return {
    app,
    url,
    port: Number(new URL(url).port),
    clock,
    store,
    meter,
    adminKey,
    folder,
    messages,
    logLines,
    async close() {
      await app.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function memoryLog(lines: string[]): Log {
  return new Log(
    { level: 'info', serviceVersion: '1.2.3', instanceId: 'test' },
    {
      write: (line) => void lines.push(line),
      flush: (done) => done(),
      flushSync: () => undefined,
    },
  );
}

/** The body of an answer, for assertions. */
export async function jsonOf(response: Response) {
  return JSON.parse(await response.text());
}
