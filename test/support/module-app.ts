import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectionToken, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AuthModule } from '#shared-kernel/auth/auth.module.js';
import { FirstKey } from '#shared-kernel/auth/first-key.js';
import { ConfigModule } from '#shared-kernel/config/config.module.js';
import { loadSettings } from '#shared-kernel/config/settings.js';
import { createHttpAdapter } from '#shared-kernel/http/http-adapter.js';
import { HttpModule } from '#shared-kernel/http/http.module.js';
import { MessagingModule } from '#shared-kernel/messaging/messaging.module.js';
import { Pipeline } from '#shared-kernel/messaging/pipeline.js';
import { ObservabilityModule } from '#shared-kernel/observability/observability.module.js';
import { PersistenceModule } from '#shared-kernel/persistence/persistence.module.js';

interface ModuleAppOptions {
  readonly modules: readonly Type[];
  /** Stand-ins for what the modules ask of others, such as handlers of their contract queries. */
  readonly providers?: readonly Type[];
  /** Providers of the modules that are replaced, by their tokens. */
  readonly replaced?: readonly (readonly [InjectionToken, unknown])[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A few modules on the real kernel, with a store in a temporary folder and a free port. */
export interface ModuleApp {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** An admin key of the operator. */
  readonly apiKey: string;
  close(): Promise<void>;
}

export async function startModuleApp(options: ModuleAppOptions): Promise<ModuleApp> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-module-'));
  const env = { DATA_FOLDER: folder, DISK_FREE_BYTES_MIN: '0', ...options.env };
  const settings = loadSettings(env, '', { tty: false });
  const builder = Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(settings),
      ObservabilityModule.forRoot({
        logLevel: 'silent',
        logFormat: 'json',
        metricsFormat: 'openmetrics',
        sampleRatio: 1,
        serviceVersion: '1.2.3',
        instanceId: 'test',
      }),
      PersistenceModule.forRoot({ file: join(folder, 'test.db'), bytesMax: 0 }),
      MessagingModule.forRoot({ dueWorkConcurrency: 8, drainTimeoutMs: 5_000 }),
      AuthModule,
      HttpModule.forRoot({ version: '1.2.3', answerCheck: 'throw' }),
      ...options.modules,
    ],
    providers: [...(options.providers ?? [])],
  });
  for (const [token, value] of options.replaced ?? []) {
    builder.overrideProvider(token).useValue(value);
  }
  const testing = await builder.compile();
  const pipeline = testing.get(Pipeline, { strict: false });
  const adapter = createHttpAdapter({ pipeline, limits: settings });
  const app = testing.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
  await app.init();
  const apiKey = (await app.get(FirstKey).make()) ?? '';
  await app.listen(0, '127.0.0.1');
  return {
    app,
    url: await app.getUrl(),
    apiKey,
    async close() {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
