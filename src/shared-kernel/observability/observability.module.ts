import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { LogTarget } from './log-destination.js';
import { Log, type LogLevel, openLog } from './logger.js';
import { Meter } from './meter.js';
import { startTelemetry, Telemetry, type TelemetrySettings } from './telemetry.js';
import { Tracer } from './tracer.js';

export interface ObservabilitySettings extends TelemetrySettings {
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'pretty';
  /** Where lines go; standard output by default. */
  readonly logTarget?: LogTarget | undefined;
  readonly metricsFormat: 'openmetrics' | 'text';
}

/**
 * Meter, log and tracer for everything. The log is flushed and spans are sent when the application
 * shuts down.
 */
@Global()
@Module({})
export class ObservabilityModule {
  static forRoot(settings: ObservabilitySettings): DynamicModule {
    return {
      module: ObservabilityModule,
      providers: [
        { provide: Meter, useFactory: () => newMeter(settings) },
        { provide: Log, useFactory: (meter: Meter) => newLog(settings, meter), inject: [Meter] },
        {
          provide: Telemetry,
          useFactory: (meter: Meter) =>
            startTelemetry(settings, (spans) => countDropped(meter, 'spans', spans)),
          inject: [Meter],
        },
        {
          provide: Tracer,
          useFactory: (telemetry: Telemetry) => telemetry.tracer,
          inject: [Telemetry],
        },
      ],
      exports: [Meter, Log, Tracer],
    };
  }
}

function newMeter({ metricsFormat, serviceVersion }: ObservabilitySettings): Meter {
  const meter = new Meter({ format: metricsFormat });
  meter.set('signalbox_build_info', { version: serviceVersion }, 1);
  return meter;
}

function newLog(settings: ObservabilitySettings, meter: Meter): Promise<Log> {
  const { logLevel, logFormat, logTarget, serviceVersion, instanceId } = settings;
  const target = logTarget === undefined ? {} : { target: logTarget };
  return openLog(
    { level: logLevel, format: logFormat, serviceVersion, instanceId, ...target },
    (lines) => countDropped(meter, 'logs', lines),
  );
}

function countDropped(meter: Meter, signal: 'spans' | 'logs', items: number): void {
  meter.count('signalbox_telemetry_dropped_total', { signal }, items);
}
