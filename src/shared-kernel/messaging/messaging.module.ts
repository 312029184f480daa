import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import { Clock, SystemClock } from '#shared-kernel/domain/clock.js';
import { BusChecks } from './bus-checks.js';
import { BusPipeline } from './bus-pipeline.js';
import { DueWorkEngine } from './due-work-engine.js';
import { EnginesModule } from './engines.module.js';
import { DurableEventPublisher } from './durable-event-publisher.js';
import { EventLog } from './event-log.js';
import { EventLogReader } from './event-log-reader.js';
import { LeaseKeeper } from './lease-keeper.js';
import { MessagingSettings } from './messaging-settings.js';
import { Pipeline } from './pipeline.js';
import { ReactionGauges } from './reaction-gauges.js';
import { ReactionEngine } from './reaction-engine.js';
import { StoredEventLog } from './stored-event-log.js';
import { RunnerParts } from './runner-parts.js';
import { ReactionStorage } from './reaction-storage.js';
import { Reactions } from './reactions.js';
import { EventArchive } from './retention/event-archive.js';
import { scheduleProviders } from './schedules/schedule-providers.js';
import { TenantEvents } from './tenant-events.js';

/** Buses, event log, reactions and due work for every module. */
@Module({})
export class MessagingModule {
  static forRoot(settings: MessagingSettings): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      imports: [
        DiscoveryModule,
        EnginesModule,
        CqrsModule.forRootAsync({
          inject: [EventLog],
          useFactory: (log: EventLog) => ({ eventPublisher: new DurableEventPublisher(log) }),
        }),
      ],
      providers: [
        { provide: MessagingSettings, useValue: settings },
        { provide: Clock, useClass: SystemClock },
        ContractChecker,
        Pipeline,
        { provide: EventLog, useClass: StoredEventLog },
        EventLogReader,
        BusChecks,
        BusPipeline,
        ReactionStorage,
        RunnerParts,
        Reactions,
        ReactionEngine,
        LeaseKeeper,
        ReactionGauges,
        DueWorkEngine,
        EventArchive,
        TenantEvents,
        ...scheduleProviders,
      ],
      exports: [
        Clock,
        ContractChecker,
        Pipeline,
        EventLog,
        EventLogReader,
        EventArchive,
        ReactionEngine,
        DueWorkEngine,
        LeaseKeeper,
        RunnerParts,
        TenantEvents,
      ],
    };
  }
}
