import type { Meter } from '#shared-kernel/observability/meter.js';
import type { PipelineMessage } from '../pipeline-message.js';
import type { Stage } from '../stage.js';

/** Duration and outcome of every message, in the metric of its kind. */
export function measureStage(meter: Meter): Stage {
  let activeRequests = 0;
  meter.observeGauge('http_server_active_requests', () => [{ labels: {}, value: activeRequests }]);
  return async (message, next) => {
    const startedAt = performance.now();
    let outcome: 'ok' | 'error' = 'error';
    const isRequest = message.kind === 'http';
    if (isRequest) activeRequests++;
    try {
      const result = await next();
      outcome = message.failure === undefined ? 'ok' : 'error';
      countResult(meter, message, result);
      return result;
    } finally {
      if (isRequest) activeRequests--;
      observe(meter, message, outcome, (performance.now() - startedAt) / 1_000);
    }
  };
}

function observe(
  meter: Meter,
  message: PipelineMessage,
  outcome: 'ok' | 'error',
  seconds: number,
): void {
  const { kind, name } = message;
  switch (kind) {
    case 'http': {
      const space = name.indexOf(' ');
      return meter.observe(
        'http_server_request_duration_seconds',
        {
          http_request_method: name.slice(0, space),
          http_route: name.slice(space + 1),
          http_response_status_code: String(message.status ?? 0),
        },
        seconds,
      );
    }
    case 'command':
    case 'query':
      return meter.observe('signalbox_message_duration_seconds', { kind, name, outcome }, seconds);
    case 'reaction':
      return meter.observe(
        'signalbox_reaction_duration_seconds',
        { reaction: name, outcome },
        seconds,
      );
    case 'attempt':
      return meter.observe(
        'signalbox_attempt_duration_seconds',
        { effect: name, outcome },
        seconds,
      );
  }
}

/** The domain metric that a command's contract names for its results. */
function countResult(meter: Meter, { contract }: PipelineMessage, result: unknown): void {
  if (contract === null || contract.kind === 'event' || contract.counts === undefined) return;
  const { metric, labels } = contract.counts;
  // Metric and labels are one member of a union, which the compiler loses sight of here.
  meter.count(metric, labels(result) as never);
}
