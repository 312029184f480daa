import { join } from 'node:path';
import type { DynamicModule, Type } from '@nestjs/common';
import { AuthModule } from '#shared-kernel/auth/auth.module.js';
import { ConfigModule } from '#shared-kernel/config/config.module.js';
import { loadSettings } from '#shared-kernel/config/settings.js';
import { HttpModule } from '#shared-kernel/http/http.module.js';
import { MessagingModule } from '#shared-kernel/messaging/messaging.module.js';
import { ObservabilityModule } from '#shared-kernel/observability/observability.module.js';
import { PersistenceModule } from '#shared-kernel/persistence/persistence.module.js';
import { databaseUrlOf } from './test-store.ts';

interface KernelOptions {
  /** Where the database and the secret key stand. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** File that log lines are written to; there is no log without it. */
  readonly logFile?: string;
  /** External effects of one kind in flight at once. */
  readonly dueWorkConcurrency?: number;
}

/** Every boot is a process of its own, with a name that none before it had. */
let instances = 0;

/** The settings of a test that owns a folder. */
export function testSettings(folder: string, env: Readonly<Record<string, string>> = {}) {
  const environment = { DATA_FOLDER: folder, DISK_FREE_BYTES_MIN: '0', ...env };
  return loadSettings(environment, '', { tty: false });
}

/** The whole kernel, as `app.module.ts` lists it, for the modules of a test. */
export async function kernelModules({
  folder,
  env,
  logFile,
  dueWorkConcurrency = 8,
}: KernelOptions): Promise<(Type | DynamicModule)[]> {
  const instanceId = `test-${++instances}`;
  return [
    ConfigModule.forRoot(testSettings(folder, env)),
    ObservabilityModule.forRoot({
      logLevel: logFile === undefined ? 'silent' : 'info',
      logFormat: 'json',
      logTarget: logFile,
      metricsFormat: 'openmetrics',
      sampleRatio: 1,
      serviceVersion: '1.2.3',
      instanceId,
    }),
    PersistenceModule.forRoot({
      file: join(folder, 'test.db'),
      bytesMax: 0,
      databaseUrl: await databaseUrlOf(folder),
    }),
    MessagingModule.forRoot({ instanceId, dueWorkConcurrency, drainTimeoutMs: 5_000 }),
    AuthModule,
    HttpModule.forRoot({ version: '1.2.3', answerCheck: 'throw' }),
  ];
}
