/** Who a name belongs to: the module or kernel part that fills it. */
export type Owner =
  | 'http'
  | 'messaging'
  | 'contracts'
  | 'persistence'
  | 'observability'
  | 'webhooks'
  | 'deliveries'
  | 'notifications';

interface NamedFigure<Labels extends readonly string[]> {
  readonly help: string;
  /** Base unit (UCUM style word): `seconds`, `events`, `requests`, ... */
  readonly unit: string;
  readonly labels: Labels;
  readonly owner: Owner;
}

/** A number that only grows; its name ends in `_total`. */
export interface CounterDefinition<
  Labels extends readonly string[] = readonly string[],
> extends NamedFigure<Labels> {
  readonly kind: 'counter';
}

/** A number that goes up and down. */
export interface GaugeDefinition<
  Labels extends readonly string[] = readonly string[],
> extends NamedFigure<Labels> {
  readonly kind: 'gauge';
}

/** A distribution; `buckets` are the upper bounds in its unit. */
export interface HistogramDefinition<
  Labels extends readonly string[] = readonly string[],
> extends NamedFigure<Labels> {
  readonly kind: 'histogram';
  readonly buckets: readonly number[];
  /** Whether buckets point at an example trace (OpenMetrics exemplars). */
  readonly exemplars: boolean;
}

/** One metric of the table. */
export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition;

export type SpanKindName = 'server' | 'client' | 'internal' | 'producer' | 'consumer';

/** One kind of span. */
export interface SpanDefinition {
  /** How the span's name is built; placeholders in braces. */
  readonly name: string;
  readonly kind: SpanKindName;
  readonly help: string;
}

/** One field of a log line, by its type in the Elastic Common Schema 8. */
export interface LogFieldDefinition {
  readonly type: 'keyword' | 'long' | 'date' | 'match_only_text' | 'wildcard' | 'ip';
  readonly help: string;
}

export function counter<const Labels extends readonly string[]>(
  owner: Owner,
  unit: string,
  help: string,
  labels: Labels,
): CounterDefinition<Labels> {
  return { kind: 'counter', owner, unit, help, labels };
}

export function gauge<const Labels extends readonly string[]>(
  owner: Owner,
  unit: string,
  help: string,
  labels: Labels,
): GaugeDefinition<Labels> {
  return { kind: 'gauge', owner, unit, help, labels };
}

export function histogram<const Labels extends readonly string[]>(
  owner: Owner,
  unit: string,
  help: string,
  labels: Labels,
  buckets: readonly number[],
  exemplars = false,
): HistogramDefinition<Labels> {
  return { kind: 'histogram', owner, unit, help, labels, buckets, exemplars };
}
