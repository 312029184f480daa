import type { InjectionToken } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { Pipeline } from '#shared-kernel/messaging/pipeline.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { kernelModules } from '../kernel-modules.ts';
import {
  type Answering,
  contractStubs,
  type ModuleLike,
  type SentMessage,
} from './contract-stubs.ts';
import type { FaultyStore } from './faulty-store.ts';
import { pipelineRecorder, type Recording } from './recording-pipeline.ts';

/** What stays the same when the process of a scenario dies and starts again. */
export interface World {
  readonly folder: string;
  readonly clock: Clock;
  readonly recording: Recording;
  readonly sent: SentMessage[];
}

/** What the scenario says of the process. */
export interface BootOptions {
  readonly modules: readonly ModuleLike[];
  readonly answering: readonly Answering[];
  readonly replaced: readonly (readonly [InjectionToken, unknown])[];
  readonly env: Readonly<Record<string, string>> | undefined;
}

/** The modules of a scenario as a running process. */
export interface BootedModules {
  readonly app: TestingModule;
  readonly store: FaultyStore;
  readonly log: EventLog;
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  /** Ends it, in order or, after a crash, as it can. */
  stop(): Promise<void>;
}

/** Starts the modules on the real kernel, with stubs for all contracts of the others. */
export async function bootModules(
  { modules, answering, replaced, env }: BootOptions,
  world: World,
  store: FaultyStore,
): Promise<BootedModules> {
  const { folder, clock, recording, sent } = world;
  const builder = Test.createTestingModule({
    imports: [...(await kernelModules({ folder, env })), ...modules],
    providers: await contractStubs(modules, answering, sent),
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .overrideProvider(Meter)
    .useValue(new Meter({ format: 'text', processMetrics: false }))
    .overrideProvider(Store)
    .useValue(store)
    .overrideProvider(Pipeline)
    .useFactory(pipelineRecorder(recording, () => store.handled()));
  for (const [token, value] of replaced) builder.overrideProvider(token).useValue(value);
  const app = await builder.compile();
  await app.init();
  const find = <Found>(token: InjectionToken) => app.get<Found>(token, { strict: false });
  return {
    app,
    store,
    log: find<EventLog>(EventLog),
    commands: find(CommandBus),
    queries: find(QueryBus),
    async stop() {
      // What runs in a dead process may not end well; the store must be closed all the same.
      await app.close().catch((error: unknown) => {
        if (!store.isDead) throw error;
      });
      await store.close();
    },
  };
}
