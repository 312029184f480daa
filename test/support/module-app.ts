import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamicModule, InjectionToken, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { FirstKey } from '#shared-kernel/auth/first-key.js';
import { createHttpAdapter } from '#shared-kernel/http/http-adapter.js';
import { Pipeline } from '#shared-kernel/messaging/pipeline.js';
import { kernelModules, testSettings } from './kernel-modules.ts';

interface ModuleAppOptions {
  readonly modules: readonly (Type | DynamicModule)[];
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
  const { env } = options;
  const builder = Test.createTestingModule({
    imports: [...(await kernelModules({ folder, env })), ...options.modules],
    providers: [...(options.providers ?? [])],
  });
  for (const [token, value] of options.replaced ?? []) {
    builder.overrideProvider(token).useValue(value);
  }
  const testing = await builder.compile();
  const pipeline = testing.get(Pipeline, { strict: false });
  const adapter = createHttpAdapter({ pipeline, limits: testSettings(folder, env) });
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
