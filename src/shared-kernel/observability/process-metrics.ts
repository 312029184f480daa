import { performance } from 'node:perf_hooks';
import {
  collectDefaultMetrics,
  type OpenMetricsContentType,
  type PrometheusContentType,
  type Registry,
} from 'prom-client';

export type AnyRegistry = Registry<PrometheusContentType> | Registry<OpenMetricsContentType>;

/**
 * Two of them are gauges whose names end in `_total`, which `promtool check metrics` refuses; the
 * other two need an undocumented function of Node. `nodejs_active_resources{type}` stays and says
 * the same.
 */
const refusedNames = [
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/**
 * The event loop is sampled 50 times a second: fine enough for a p99, cheap enough for an idle
 * process.
 */
const eventLoopSampleMs = 20;

/** Registers prom-client's metrics of the process (CPU, memory, garbage collection, event loop). */
export function registerProcessMetrics(register: AnyRegistry): void {
  collectDefaultMetrics<PrometheusContentType | OpenMetricsContentType>({
    register,
    eventLoopMonitoringPrecision: eventLoopSampleMs,
  });
  for (const name of refusedNames) register.removeSingleMetric(name);
}

/** Makes a function that gives the busy share of the event loop since its last call, 0 to 1. */
export function eventLoopUtilizationMeter(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
