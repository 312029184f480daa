import { Histogram, type OpenMetricsContentType, Registry } from 'prom-client';
import { Meter } from './meter.js';
import { runInContext } from './message-context.js';
import { metrics } from './names.js';
import { newRootContext } from './tracer.js';

const quiet = { processMetrics: false } as const;

async function linesOf(meter: Meter, name: string): Promise<string[]> {
  const { body } = await meter.expose();
  return body.split('\n').filter((line) => line.startsWith(name));
}

describe('Meter', () => {
  it('counts by labels', async () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });
    const labels = { provider: 'github', outcome: 'accepted', reason: '' };

    meter.count('signalbox_webhooks_received_total', labels);
    meter.count('signalbox_webhooks_received_total', { ...labels }, 2);
    meter.count('signalbox_webhooks_received_total', { ...labels, provider: 'stripe' });
    meter.count('signalbox_webhooks_received_total', { ...labels, reason: 'late' });

    expect(await linesOf(meter, 'signalbox_webhooks_received_total')).toEqual([
      'signalbox_webhooks_received_total{provider="github",outcome="accepted",reason=""} 3',
      'signalbox_webhooks_received_total{provider="stripe",outcome="accepted",reason=""} 1',
      'signalbox_webhooks_received_total{provider="github",outcome="accepted",reason="late"} 1',
    ]);
  });

  it('puts a measurement into the buckets of the table', async () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });

    meter.observe('signalbox_store_group_size', {}, 7);

    const lines = await linesOf(meter, 'signalbox_store_group_size');
    expect(lines).toContain('signalbox_store_group_size_bucket{le="5"} 0');
    expect(lines).toContain('signalbox_store_group_size_bucket{le="10"} 1');
    expect(lines).toContain('signalbox_store_group_size_sum 7');
  });

  it('writes histograms exactly as prom-client does', async () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });
    const official = new Registry<OpenMetricsContentType>();
    official.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const name = 'signalbox_reaction_duration_seconds';
    const { help, labels: labelNames, buckets } = metrics[name];
    const histogram = new Histogram({
      name,
      help,
      labelNames,
      buckets: [...buckets],
      registers: [official],
    });
    const labels = { reaction: 'match "rules"', outcome: 'ok' };

    for (const seconds of [0, 0.0001, 0.00010001, 0.25, 5, 5.1, 1e9]) {
      meter.observe(name, labels, seconds);
      histogram.observe(labels, seconds);
    }

    const { body } = await meter.expose();
    expect(body).toContain((await official.metrics()).replace('\n# EOF\n', ''));
  });

  it('has metrics without labels from the start', async () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });
    expect(await linesOf(meter, 'signalbox_store_group_size_count')).toEqual([
      'signalbox_store_group_size_count 0',
    ]);
  });

  it('sets and moves gauges', async () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });

    meter.set('signalbox_event_log_position', {}, 41);
    meter.add('http_server_active_requests', {}, 1);
    meter.add('http_server_active_requests', {}, 1);
    meter.add('http_server_active_requests', {}, -1);

    expect(await linesOf(meter, 'signalbox_event_log_position')).toEqual([
      'signalbox_event_log_position 41',
    ]);
    expect(await linesOf(meter, 'http_server_active_requests')).toEqual([
      'http_server_active_requests 1',
    ]);
  });

  it('reads observed gauges at the scrape and forgets series that are gone', async () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });
    let due = [{ labels: { effect: 'delivery' }, value: 3 }];
    meter.observeGauge('signalbox_due_work', () => due);
    meter.observeGauge('signalbox_due_work', () => [{ labels: { effect: 'email' }, value: 1 }]);

    expect(await linesOf(meter, 'signalbox_due_work')).toEqual([
      'signalbox_due_work{effect="delivery"} 3',
      'signalbox_due_work{effect="email"} 1',
    ]);

    due = [];
    expect(await linesOf(meter, 'signalbox_due_work')).toEqual([
      'signalbox_due_work{effect="email"} 1',
    ]);
  });

  it('still answers a scrape when reading a gauge fails, and counts the failure', async () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });
    meter.observeGauge('signalbox_due_work', () => {
      throw new Error('the store is closed');
    });

    const { body } = await meter.expose();
    expect(body).not.toContain('signalbox_due_work{');
    expect(body).toContain('signalbox_telemetry_dropped_total{signal="metrics"} 1');
  });

  it('bounds the series of a metric: what comes later is measured as _other', async () => {
    const meter = new Meter({ format: 'openmetrics', seriesMax: 2, ...quiet });

    for (const name of ['a', 'b', 'c', 'd', 'a']) {
      meter.count('signalbox_event_log_appended_total', { name });
    }

    expect(await linesOf(meter, 'signalbox_event_log_appended_total')).toEqual([
      'signalbox_event_log_appended_total{name="a"} 2',
      'signalbox_event_log_appended_total{name="b"} 1',
      'signalbox_event_log_appended_total{name="_other"} 2',
    ]);
    expect(await linesOf(meter, 'signalbox_telemetry_dropped_total')).toEqual([
      'signalbox_telemetry_dropped_total{signal="metrics"} 2',
    ]);
  });

  it('refuses what is not a number', () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });
    expect(() => meter.observe('signalbox_store_group_size', {}, Number.NaN)).toThrow(TypeError);
  });

  it('refuses at run time too what is not in the table', () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });
    // @ts-expect-error an unknown metric does not compile
    expect(() => meter.count('signalbox_nothing_total', {})).toThrow(/not in the table/);
  });

  it('measures a label that is missing all the same as empty', async () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });
    for (let i = 0; i < 2; i += 1) {
      // @ts-expect-error a missing label does not compile
      meter.count('signalbox_deliveries_total', {});
    }
    expect(await linesOf(meter, 'signalbox_deliveries_total')).toEqual([
      'signalbox_deliveries_total{outcome=""} 2',
    ]);
  });

  it('accepts only names, kinds and labels of the table', () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });
    const compileOnly = () => {
      // @ts-expect-error a gauge is not a counter
      meter.count('signalbox_store_waiting', {});
      // @ts-expect-error a label is missing
      meter.count('signalbox_webhooks_received_total', { provider: 'github', outcome: 'accepted' });
      // @ts-expect-error a label that the table does not know
      meter.count('signalbox_deliveries_total', { outcome: 'delivered', endpoint: 'end_1' });
      // @ts-expect-error this metric has no labels
      meter.set('signalbox_store_waiting', { shard: '1' }, 1);
    };
    expect(compileOnly).toBeInstanceOf(Function);
  });
});

describe('the exposition', () => {
  const labels = {
    http_request_method: 'GET',
    http_route: '/v1/events',
    http_response_status_code: 200,
  };

  it('points from a bucket to the trace of a sampled request', async () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });
    const context = { ...newRootContext(), sampled: true };

    runInContext(context, () =>
      meter.observe('http_server_request_duration_seconds', labels, 0.02),
    );

    const { body, contentType } = await meter.expose();
    expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(body).toContain(`# {trace_id="${context.traceId}",span_id="${context.spanId}"} 0.02`);
    expect(body.endsWith('# EOF\n')).toBe(true);
  });

  it('keeps the latest exemplar of each bucket, the last one too', async () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });
    const traces = [0.02, 0.02, 100].map((seconds) => {
      const context = { ...newRootContext(), sampled: true };
      runInContext(context, () =>
        meter.observe('http_server_request_duration_seconds', labels, seconds),
      );
      return context.traceId;
    });

    const { body } = await meter.expose();
    expect(traces.map((traceId) => body.includes(traceId))).toEqual([false, true, true]);
  });

  it('has no exemplar of a request that is not sampled', async () => {
    const meter = new Meter({ format: 'openmetrics', ...quiet });

    meter.observe('http_server_request_duration_seconds', labels, 0.02);
    runInContext(newRootContext(), () =>
      meter.observe('http_server_request_duration_seconds', labels, 0.02),
    );

    const { body } = await meter.expose();
    expect(body).not.toContain('trace_id');
    expect(body).toContain(
      'http_server_request_duration_seconds_count{http_request_method="GET",' +
        'http_route="/v1/events",http_response_status_code="200"} 2',
    );
  });

  it('comes as plain text for tools that read only that', async () => {
    const meter = new Meter({ format: 'text', ...quiet });
    meter.count('signalbox_deliveries_total', { outcome: 'delivered' });
    runInContext({ ...newRootContext(), sampled: true }, () =>
      meter.observe('http_server_request_duration_seconds', labels, 0.02),
    );

    const { body, contentType } = await meter.expose();

    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toContain('# TYPE signalbox_deliveries_total counter');
    expect(body).not.toContain(' # {');
  });

  it.each(['openmetrics', 'text'] as const)(
    'has process metrics in %s without gauges that call themselves totals',
    async (format) => {
      const { body } = await new Meter({ format }).expose();

      expect(body).toContain('process_resident_memory_bytes');
      expect(body).toContain('nodejs_active_resources');
      expect(body).toMatch(/nodejs_eventloop_utilization_ratio (0|1|0?\.\d+)/);
      expect(body).not.toMatch(/# TYPE \w+_total gauge/);
    },
  );
});
