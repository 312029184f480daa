import type { MetricDefinition } from './definitions.js';
import type { metrics, MetricName } from './names.js';

/** A label's value as code gives it. */
export type LabelValue = string | number;

type Table = typeof metrics;
/** Names of the metrics of one kind. */
export type NamesOf<Kind extends MetricDefinition['kind']> = {
  [Name in MetricName]: Table[Name]['kind'] extends Kind ? Name : never;
}[MetricName];
/** Names of the metrics that only grow. */
export type CounterName = NamesOf<'counter'>;
type LabelNameOf<Name extends MetricName> = Table[Name]['labels'][number];

/** Exactly the labels that the table gives the metric; `{}` when it has none. */
export type LabelsOf<Name extends MetricName> = [LabelNameOf<Name>] extends [never]
  ? Readonly<Record<string, never>>
  : Readonly<Record<LabelNameOf<Name>, LabelValue>>;
