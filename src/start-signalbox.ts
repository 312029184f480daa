import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FirstKey } from '#shared-kernel/auth/first-key.js';
import { maskedSettings, type Settings } from '#shared-kernel/config/settings.js';
import { createHttpAdapter } from '#shared-kernel/http/http-adapter.js';
import type { MessagePipeline } from '#shared-kernel/http/http-server.js';
import { ReadinessChecks } from '#shared-kernel/http/readiness.js';
import { logLagCheck } from '#shared-kernel/messaging/log-lag-check.js';
import { Pipeline } from '#shared-kernel/messaging/pipeline.js';
import { ReactionEngine } from '#shared-kernel/messaging/reaction-engine.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { NestLogger } from '#shared-kernel/observability/nest-logger.js';
import { AppModule } from './app.module.js';
import { type DemoSource, makeDemoSource } from './demo-source.js';

/** A program that listens. */
export interface RunningSignalbox {
  readonly app: NestFastifyApplication;
  /** Where it really listens, also when the port was 0. */
  readonly url: string;
  readonly port: number;
  /** The first admin key, on the very first start, unless the settings chose it. */
  readonly firstKey: string | null;
  /** A source to try things with, only on the very first start. */
  readonly demoSource: DemoSource | null;
}

/** Version of the program, from its package. */
const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  }
).version;

/**
 * Starts everything and listens.
 *
 * @throws Error when a table, a reaction or the port is not as it must be; the message says what to
 * do
 */
export async function startSignalbox(settings: Settings): Promise<RunningSignalbox> {
  // The server is made before the container that holds the pipeline, and serves after it.
  const late: { pipeline?: MessagePipeline } = {};
  const adapter = createHttpAdapter({
    pipeline: {
      run: (message, work) => (late.pipeline ? late.pipeline.run(message, work) : work()),
    },
    limits: {
      webhookBodyBytesMax: settings.webhookBodyBytesMax,
      apiBodyBytesMax: settings.apiBodyBytesMax,
    },
    trustedProxies: settings.trustedProxies,
    portalOrigins: settings.portalOrigins,
  });
  const identity = { version, instanceId: randomUUID() };
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings, identity),
    adapter,
    { bufferLogs: true, bodyParser: false, abortOnError: false },
  );
  late.pipeline = app.get(Pipeline);
  const log = app.get(Log);
  app.useLogger(new NestLogger(log));
  log.info({ 'event.action': 'start' }, `settings: ${JSON.stringify(maskedSettings(settings))}`);
  await app.init();
  app.get(ReadinessChecks).add(logLagCheck(app.get(ReactionEngine)));
  // After the port is ours: a start that fails must not make a key that nobody gets to see.
  await app.listen(settings.port, settings.host);
  const madeKey = await app.get(FirstKey).make();
  const makesDemo = madeKey !== null && settings.demoSource;
  const demoSource = makesDemo ? await makeDemoSource(app, settings.publicUrl) : null;
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : settings.port;
  // Whoever chose the key has it, and what is shown here often ends up in somebody's log store.
  const firstKey = settings.bootstrapApiKey === undefined ? madeKey : null;
  return { app, url: `http://localhost:${port}`, port, firstKey, demoSource };
}
