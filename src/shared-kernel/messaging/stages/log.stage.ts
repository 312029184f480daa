import { canPassLater } from '#shared-kernel/domain/domain-error.js';
import type { Log } from '#shared-kernel/observability/logger.js';
import { errorFields, needsSomebody } from '../error-fields.js';
import type { PipelineMessage } from '../pipeline-message.js';
import type { Stage } from '../stage.js';

const nanosecondsPerMillisecond = 1_000_000;

/**
 * One canonical line for each unit of work: request, reaction, attempt. Commands and queries run
 * inside one of those and speak only at debug level. An error is written once, by the outermost
 * message, which is where it is handled.
 */
export function logStage(log: Log): Stage {
  return async (message, next) => {
    const startedAt = performance.now();
    try {
      const result = await next();
      write(log, message, startedAt, message.failure);
      return result;
    } catch (error) {
      write(log, message, startedAt, error);
      throw error;
    }
  };
}

function write(log: Log, message: PipelineMessage, startedAt: number, failure: unknown): void {
  const inner = message.kind === 'command' || message.kind === 'query';
  if (inner && !log.isLevelEnabled('debug')) return;
  const fields: Record<string, unknown> = {
    'event.dataset': `signalbox.${message.kind}`,
    'event.action': message.name,
    'event.outcome': failure === undefined ? 'success' : 'failure',
    'event.duration': Math.round((performance.now() - startedAt) * nanosecondsPerMillisecond),
    ...message.facts,
  };
  if (message.status !== undefined) fields['http.response.status_code'] = message.status;
  if (failure !== undefined) Object.assign(fields, errorFields(failure));
  if (inner) log.debug(fields, message.name);
  else if (failure !== undefined && isForSomebody(message, failure))
    log.error(fields, message.name);
  else if (failure !== undefined && message.kind !== 'http') log.warn(fields, message.name);
  else log.info(fields, message.name);
}

/** An event that no retry can mend waits for a person; nobody else waits for its reaction. */
function isForSomebody({ kind }: PipelineMessage, failure: unknown): boolean {
  return needsSomebody(failure) || (kind === 'reaction' && !canPassLater(failure));
}
