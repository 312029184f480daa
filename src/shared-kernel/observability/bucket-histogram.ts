import { Histogram, type HistogramConfiguration } from 'prom-client';
import type { LabelValue } from './metric-labels.js';
import { currentContext } from './message-context.js';

type Labels = Record<string, LabelValue>;

/** An example of what fell into a bucket (OpenMetrics 1.0). */
interface BucketExemplar {
  readonly labelSet: { readonly trace_id: string; readonly span_id: string };
  readonly value: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
}

interface Row {
  readonly labels: Labels;
  /** Measurements in each bucket, not added up; the last one is past all bounds. */
  readonly counts: Float64Array;
  readonly exemplars: (BucketExemplar | null)[];
  sum: number;
}

/**
 * A histogram of prom-client with its own counting. The original turns a bound into a string for
 * every measurement (1.0 µs, with an exemplar 1.6 µs); this one adds to an array (0.1 µs, 0.2 µs).
 * prom-client asks for the figures by `getForPromString` and writes them.
 */
export class BucketHistogram extends Histogram {
  private readonly rows: Row[] = [];

  constructor(
    private readonly config: HistogramConfiguration<string>,
    private readonly bounds: readonly number[],
    private readonly exemplars: boolean,
  ) {
    super({ ...config, buckets: [...bounds] });
  }

  /** A function that records into the series of these labels; throws TypeError for no number. */
  series(labels: Labels): (value: number) => void {
    const buckets = this.bounds.length + 1;
    const row: Row = {
      labels,
      counts: new Float64Array(buckets),
      exemplars: new Array<BucketExemplar | null>(buckets).fill(null),
      sum: 0,
    };
    this.rows.push(row);
    return (value) => this.record(row, value);
  }

  /** The figures as the registry of prom-client 15 reads them. */
  getForPromString() {
    const { name, help } = this.config;
    const values = this.rows.flatMap((row) => this.valuesOf(row));
    return Promise.resolve({ name, help, type: 'histogram', values, aggregator: 'sum' });
  }

  private record(row: Row, value: number): void {
    if (!Number.isFinite(value)) throw new TypeError(`not a finite number: ${value}`);
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    row.counts[bucket] = (row.counts[bucket] ?? 0) + 1;
    row.sum += value;
    if (!this.exemplars) return;
    const context = currentContext();
    if (context?.sampled !== true) return;
    const labelSet = { trace_id: context.traceId, span_id: context.spanId };
    row.exemplars[bucket] = { labelSet, value, timestamp: Date.now() / 1_000 };
  }

  private valuesOf({ labels: sharedLabels, counts, exemplars, sum }: Row) {
    const { name } = this.config;
    let count = 0;
    const buckets = Array.from(counts, (inBucket, index) => ({
      metricName: `${name}_bucket`,
      labels: { le: this.bounds[index] ?? '+Inf' },
      sharedLabels,
      value: (count += inBucket),
      exemplar: exemplars[index],
    }));
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, sharedLabels, value: sum },
      { metricName: `${name}_count`, labels: {}, sharedLabels, value: count },
    ];
  }
}
