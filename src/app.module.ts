import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { DeliveriesModule } from '#communication/deliveries/deliveries.module.js';
import { EventProcessingModule } from '#communication/event-processing/event-processing.module.js';
import { NotificationsModule } from '#communication/notifications/notifications.module.js';
import { WebhooksModule } from '#communication/webhooks/webhooks.module.js';
import { AuthModule } from '#shared-kernel/auth/auth.module.js';
import { ConfigModule } from '#shared-kernel/config/config.module.js';
import type { Settings } from '#shared-kernel/config/settings.js';
import { HttpModule } from '#shared-kernel/http/http.module.js';
import { MessagingModule } from '#shared-kernel/messaging/messaging.module.js';
import { RetentionModule } from '#shared-kernel/messaging/retention/retention.module.js';
import { SchedulesModule } from '#shared-kernel/messaging/schedules/schedules.module.js';
import { OperationsModule } from '#shared-kernel/messaging/operations/operations.module.js';
import { ObservabilityModule } from '#shared-kernel/observability/observability.module.js';
import { PersistenceModule } from '#shared-kernel/persistence/persistence.module.js';

/** Share of the time to stop in which deliveries in flight may end by themselves. */
const drainShare = 0.5;

/** What the program knows of itself. */
export interface ProgramIdentity {
  readonly version: string;
  /** One per process, for logs, traces and leases. */
  readonly instanceId: string;
}

/** The table of contents: the kernel, then one line for each module of each context. */
@Module({})
export class AppModule {
  static forRoot(settings: Settings, { version, instanceId }: ProgramIdentity): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // Shared kernel
        ConfigModule.forRoot(settings),
        ObservabilityModule.forRoot({
          logLevel: settings.logLevel,
          logFormat: settings.logFormat,
          metricsFormat: settings.metricsFormat,
          otlpEndpoint: settings.otelExporterOtlpEndpoint,
          sampleRatio: settings.traceSampleRatio,
          serviceVersion: version,
          instanceId,
        }),
        PersistenceModule.forRoot({
          file: join(settings.dataFolder, 'signalbox.db'),
          bytesMax: settings.storeBytesMax,
          databaseUrl: settings.databaseUrl,
          databaseConnectionsMax: settings.databaseConnectionsMax,
          instanceId,
        }),
        MessagingModule.forRoot({
          instanceId,
          dueWorkConcurrency: settings.deliveryConcurrency,
          drainTimeoutMs: settings.shutdownTimeoutMs * drainShare,
        }),
        AuthModule,
        SchedulesModule,
        RetentionModule.forRoot(settings),
        HttpModule.forRoot({ version, answerCheck: settings.answerCheck }),
        OperationsModule,
        // Communication
        WebhooksModule,
        EventProcessingModule,
        DeliveriesModule.forRoot({ version }),
        NotificationsModule,
      ],
    };
  }
}
