import { Counter, Gauge } from 'prom-client';
import { BucketHistogram } from './bucket-histogram.js';
import type { MetricDefinition } from './definitions.js';
import type { LabelValue } from './metric-labels.js';
import type { AnyRegistry } from './process-metrics.js';

type Labels = Record<string, LabelValue>;

/** Records into one series; `relative` adds to a gauge instead of setting it. */
export type Series = (value: number, relative?: true) => void;

/** One metric as prom-client holds it. */
export interface Recorder {
  /** Makes the series of these labels; called once for each. */
  readonly series: (labels: Labels) => Series;
  /** Forgets all series; only gauges are read anew at every scrape. */
  readonly reset?: () => void;
}

/**
 * Registers a metric of the table.
 *
 * @param exemplars whether the registry can carry exemplars
 */
export function newRecorder(
  registry: AnyRegistry,
  name: string,
  definition: MetricDefinition,
  exemplars: boolean,
): Recorder {
  const { help, labels: labelNames } = definition;
  const base = { name, help, labelNames, registers: [registry] };
  switch (definition.kind) {
    case 'counter': {
      const counter = new Counter(base);
      return { series: (labels) => (value) => counter.inc(labels, value) };
    }
    case 'gauge': {
      const gauge = new Gauge(base);
      const series =
        (labels: Labels): Series =>
        (value, relative) =>
          relative === true ? gauge.inc(labels, value) : gauge.set(labels, value);
      return { series, reset: () => gauge.reset() };
    }
    case 'histogram': {
      const withExemplars = exemplars && definition.exemplars;
      const histogram = new BucketHistogram(base, definition.buckets, withExemplars);
      return { series: (labels) => histogram.series(labels) };
    }
  }
}
