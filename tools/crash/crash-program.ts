import { type DynamicModule, Module } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import { MessagingModule } from '#shared-kernel/messaging/messaging.module.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { Tracer } from '#shared-kernel/observability/tracer.js';
import { migrate } from '#shared-kernel/persistence/migrate.js';
import { PostgresStore } from '#shared-kernel/persistence/postgres-store.js';
import { SqliteStore } from '#shared-kernel/persistence/sqlite-store.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { tablesOf } from '../support/tables-of.ts';
import {
  EffectWhenThingHappened,
  FollowUpWhenThingNoticed,
  OutsideWorld,
  PerformCrashJob,
} from './crash-handlers.ts';
import type { WorkerPlan } from './crash-plan.ts';
import { crashMigrations } from './crash-schema.ts';
import { Crash, CrashingStore } from './crashing-store.ts';
import { FaultyStore } from './planted-fault.ts';

/** How much faster the worker's time runs: parked events come back within a life or two. */
const haste = 100;

/**
 * A worker is taken for dead sooner than in the program, so that a run is short. One that is only
 * slow is then taken for dead too, which must do no harm either.
 */
const silenceMaxMs = 500;

class HastyClock extends Clock {
  private readonly startedAtMs: number;

  constructor(startedAtMs: number) {
    super();
    this.startedAtMs = startedAtMs;
  }

  now(): number {
    return this.startedAtMs + (Date.now() - this.startedAtMs) * haste;
  }
}

class Surroundings {
  readonly name = 'surroundings';
}
Module({})(Surroundings);
class CrashProgram {
  readonly name = 'crash program';
}
Module({})(CrashProgram);

/** The kernel's messaging with the reactions and the due work of the crash run. */
export async function crashProgram(plan: WorkerPlan): Promise<DynamicModule> {
  const clock = new HastyClock(plan.startedAtMs);
  const crash = new Crash(plan);
  const inner = plan.database.startsWith('postgres:')
    ? await PostgresStore.open({ url: plan.database, applicationName: plan.instanceId })
    : await SqliteStore.open({ file: plan.database });
  const log = new Log(
    {
      level: 'silent',
      serviceVersion: '0',
      instanceId: plan.instanceId,
    },
    {
      write: (line) => void process.stderr.write(line),
      flush: (done) => done(),
      flushSync: () => undefined,
    },
  );
  const { fault } = plan;
  const store =
    fault === null ? new CrashingStore(inner, crash) : new FaultyStore(inner, crash, fault);
  const surroundings = [
    { provide: Store, useValue: store },
    { provide: Log, useValue: log },
    { provide: Meter, useValue: new Meter({ format: 'text', processMetrics: false }) },
    { provide: Tracer, useValue: new Tracer(0, null) },
  ];
  const messaging = MessagingModule.forRoot({
    instanceId: plan.instanceId,
    dueWorkConcurrency: 50,
    drainTimeoutMs: 1_000,
    silenceMaxMs,
  });
  await migrate(inner, [...tablesOf(messaging), ...crashMigrations], Date.now());
  return {
    module: CrashProgram,
    imports: [
      {
        module: Surroundings,
        global: true,
        providers: surroundings,
        exports: surroundings.map(({ provide }) => provide),
      },
      {
        ...messaging,
        providers: [...(messaging.providers ?? []), { provide: Clock, useValue: clock }],
      },
    ],
    providers: [
      EffectWhenThingHappened,
      FollowUpWhenThingNoticed,
      PerformCrashJob,
      { provide: OutsideWorld, useValue: new OutsideWorld(plan.effectsFile, crash) },
    ],
  };
}
