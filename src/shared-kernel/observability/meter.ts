import { Injectable } from '@nestjs/common';
import { type OpenMetricsContentType, Registry } from 'prom-client';
import type { MetricDefinition } from './definitions.js';
import { LabelSeries } from './label-series.js';
import type { LabelsOf, LabelValue, NamesOf } from './metric-labels.js';
import { metrics, type MetricName } from './names.js';
import {
  eventLoopUtilizationMeter,
  registerProcessMetrics,
  type AnyRegistry,
} from './process-metrics.js';
import { newRecorder, type Recorder, type Series } from './recorders.js';

/** One series of a gauge at the time of a scrape. */
export interface GaugeReading<Name extends NamesOf<'gauge'>> {
  readonly labels: LabelsOf<Name>;
  readonly value: number;
}

export interface MeterSettings {
  /**
   * `openmetrics` carries exemplars; `text` is for tools that read only the older format. One
   * registry of prom-client cannot serve both: it names counters differently.
   */
  readonly format: 'openmetrics' | 'text';
  /** Metrics of the process itself (CPU, memory, event loop), on by default. */
  readonly processMetrics?: boolean;
  /** Series a metric may have, 500 by default; the rest is measured as `_other`. */
  readonly seriesMax?: number;
}

const seriesMaxDefault = 500;

/**
 * Counts and measures. Names and labels come from the table in `names.ts`, so a wrong one does not
 * compile. Every measuring method throws a TypeError for a number that is not finite.
 */
@Injectable()
export class Meter {
  private readonly registry: AnyRegistry;
  private readonly series = new Map<string, LabelSeries<Series>>();
  private readonly recorders = new Map<string, Recorder>();
  private readonly collectors = new Map<string, (() => Promise<void>)[]>();

  constructor(private readonly settings: MeterSettings) {
    this.registry = newRegistry(settings.format);
    for (const [name, definition] of Object.entries<MetricDefinition>(metrics)) {
      this.register(name, definition);
    }
    if (settings.processMetrics === false) return;
    registerProcessMetrics(this.registry);
    const utilization = eventLoopUtilizationMeter();
    this.observeGauge('nodejs_eventloop_utilization_ratio', () => [
      { labels: {}, value: utilization() },
    ]);
  }

  /** Adds to a counter; `by` is not negative. */
  count<Name extends NamesOf<'counter'>>(name: Name, labels: LabelsOf<Name>, by = 1): void {
    this.find(name, labels)(by);
  }

  /** Adds one measurement to a histogram, in the metric's unit (seconds for durations). */
  observe<Name extends NamesOf<'histogram'>>(
    name: Name,
    labels: LabelsOf<Name>,
    value: number,
  ): void {
    this.find(name, labels)(value);
  }

  set<Name extends NamesOf<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void {
    this.find(name, labels)(value);
  }

  /** Moves a gauge up, or down by a negative number: for what is in progress. */
  add<Name extends NamesOf<'gauge'>>(name: Name, labels: LabelsOf<Name>, by: number): void {
    this.find(name, labels)(by, true);
  }

  /**
   * Reads a gauge when it is scraped: for what is cheap to read and changes often. Series that
   * `collect` no longer gives disappear. Several parts may feed one gauge. A throwing `collect`
   * loses only its own series.
   */
  observeGauge<Name extends NamesOf<'gauge'>>(
    name: Name,
    collect: () => readonly GaugeReading<Name>[] | Promise<readonly GaugeReading<Name>[]>,
  ): void {
    const run = async () => {
      for (const { labels, value } of await collect()) this.set(name, labels, value);
    };
    this.collectors.set(name, [...(this.collectors.get(name) ?? []), run]);
  }

  /** All metrics as Prometheus reads them. */
  async expose(): Promise<{ contentType: string; body: string }> {
    for (const [name, collectors] of this.collectors) {
      this.recorders.get(name)?.reset?.();
      for (const collect of collectors) {
        try {
          await collect();
        } catch {
          this.dropped();
        }
      }
    }
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  private register(name: string, definition: MetricDefinition): void {
    const { format, seriesMax = seriesMaxDefault } = this.settings;
    const recorder = newRecorder(this.registry, name, definition, format === 'openmetrics');
    const make = (labels: Record<string, LabelValue>) => recorder.series(labels);
    this.recorders.set(name, recorder);
    const series = new LabelSeries(definition.labels, seriesMax, make, () => this.dropped());
    this.series.set(name, series);
    // A metric without labels has its one series from the start, at zero.
    if (definition.labels.length === 0) series.find({});
  }

  private find(name: MetricName, labels: Readonly<Record<string, LabelValue>>) {
    const series = this.series.get(name);
    if (series === undefined) throw new Error(`the metric ${name} is not in the table`);
    return series.find(labels);
  }

  private dropped(): void {
    this.count('signalbox_telemetry_dropped_total', { signal: 'metrics' });
  }
}

function newRegistry(format: MeterSettings['format']): AnyRegistry {
  if (format === 'text') return new Registry();
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}
