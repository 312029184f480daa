import 'reflect-metadata';
import { devNull } from 'node:os';
import { NestFactory } from '@nestjs/core';
import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { MessagingModule } from '#shared-kernel/messaging/messaging.module.js';
import { ObservabilityModule } from '#shared-kernel/observability/observability.module.js';
import { migrate } from '#shared-kernel/persistence/migrate.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { tablesOf } from '../support/tables-of.ts';

interface OurParts {
  readonly store: Store;
  readonly providers: readonly Type[];
  /** Where spans go; without it nothing is recorded. */
  readonly otlpEndpoint?: string | undefined;
  /** Share of new traces that is recorded. */
  readonly sampleRatio?: number;
}

/**
 * Starts messaging on a store as the program has it: contracts, metrics, log lines at `info` (to
 * nowhere) and, with an endpoint, the OpenTelemetry SDK. The caller closes the store.
 */
export async function startOurs(parts: OurParts): Promise<INestApplicationContext> {
  const { store, providers, otlpEndpoint, sampleRatio = 1 } = parts;
  const messaging = MessagingModule.forRoot({
    instanceId: 'bench',
    dueWorkConcurrency: 4,
    drainTimeoutMs: 5_000,
  });
  await migrate(store, tablesOf(messaging), Date.now());
  const storage = {
    module: class BenchStorage {
      readonly of = 'one store';
    },
    global: true,
    providers: [{ provide: Store, useValue: store }],
    exports: [Store],
  };
  return start(
    [
      ObservabilityModule.forRoot({
        otlpEndpoint,
        sampleRatio,
        serviceVersion: 'bench',
        instanceId: 'bench',
        logLevel: 'info',
        logFormat: 'json',
        logTarget: devNull,
        metricsFormat: 'openmetrics',
      }),
      storage,
      messaging,
    ],
    providers,
  );
}

/** Starts a program that has @nestjs/cqrs and nothing of ours. */
export function startPlain(providers: readonly Type[]): Promise<INestApplicationContext> {
  return start([CqrsModule.forRoot()], providers);
}

function start(
  imports: readonly DynamicModule[],
  providers: readonly Type[],
): Promise<INestApplicationContext> {
  class BenchProgram {
    readonly of = 'one bench';
  }
  const root = { module: BenchProgram, imports: [...imports], providers: [...providers] };
  return NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
}
