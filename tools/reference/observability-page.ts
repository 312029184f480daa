import type { MetricDefinition } from '#shared-kernel/observability/definitions.js';
import { logFields, metrics, spans } from '#shared-kernel/observability/names.js';
import { code, page, table } from './markdown.ts';

/** Every metric, span and log field of the program. */
export function observabilityPage(): string {
  return page(
    '# Metrics, spans and log fields',
    'Names follow the OpenTelemetry semantic conventions 1.44 where one exists (dots become ' +
      'underscores, the unit is appended), else they start with `signalbox_`. Log lines follow ' +
      'the Elastic Common Schema 8.',
    '## Metrics',
    'At `/metrics`, together with the `process_*` and `nodejs_*` metrics of prom-client. ' +
      'Histograms marked with ★ carry exemplars: a bucket points at the trace of one example.',
    table(['Name', 'Kind', 'Unit', 'Labels', 'What it tells'], metricRows()),
    '## Spans',
    'One for each message that passes the pipeline, sent over OTLP/HTTP when ' +
      '`OTEL_EXPORTER_OTLP_ENDPOINT` is set.',
    table(
      ['Message', 'Name of the span', 'Kind', 'What it is'],
      Object.entries(spans).map(([message, { name, kind, help }]) => [
        message,
        code(name),
        kind,
        help,
      ]),
    ),
    '## Log fields',
    'One line for each request, reaction and attempt; commands and queries only at the level debug.',
    table(
      ['Field', 'Type', 'What it holds'],
      Object.entries(logFields).map(([name, { type, help }]) => [code(name), type, help]),
    ),
  );
}

function metricRows(): string[][] {
  return Object.entries<MetricDefinition>(metrics).map(([name, metric]) => [
    code(name),
    metric.kind === 'histogram' && metric.exemplars ? 'histogram ★' : metric.kind,
    metric.unit,
    metric.labels.map(code).join(', '),
    metric.help,
  ]);
}
