import type { MetricDefinition } from './definitions.js';
import { logFields, metrics, spans } from './names.js';

const table = Object.entries<MetricDefinition>(metrics);

describe('the table of names', () => {
  it.each(table)('%s follows the naming rules of Prometheus', (name, definition) => {
    expect(name).toMatch(/^(signalbox|http|nodejs)_[a-z][a-z_]*$/);
    expect(name.endsWith('_total')).toBe(definition.kind === 'counter');
    if (/_duration_|_lag_seconds/.test(name)) expect(name).toMatch(/_seconds$/);
    if (name.endsWith('_seconds')) expect(definition.unit).toBe('seconds');
    expect(definition.help).toMatch(/^[A-Z].*\.$/);
    for (const label of definition.labels) expect(label).toMatch(/^(?!le$)[a-z][a-z_]*$/);
  });

  it('gives every histogram rising bounds', () => {
    for (const [, definition] of table) {
      if (definition.kind !== 'histogram') continue;
      expect(definition.buckets).toEqual([...definition.buckets].sort((a, b) => a - b));
      expect(new Set(definition.buckets).size).toBe(definition.buckets.length);
    }
  });

  it('has a bound at each objective, so that they can be measured', () => {
    expect(metrics.http_server_request_duration_seconds.buckets).toContain(0.1);
    expect(metrics.signalbox_contract_check_duration_seconds.buckets).toContain(0.005);
  });

  it('names log fields as the Elastic Common Schema does', () => {
    for (const name of Object.keys(logFields)) expect(name).toMatch(/^@?[a-z_]+(\.[a-z_]+)*$/);
  });

  it('has a span for every kind of message', () => {
    expect(Object.keys(spans)).toEqual(['http', 'command', 'query', 'reaction', 'attempt']);
  });
});
