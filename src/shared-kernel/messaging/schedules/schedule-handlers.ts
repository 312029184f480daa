import type { Provider } from '@nestjs/common';
import { CancelQueuedCommandHandler } from './cancel-queued-command.js';
import { FindQueuedCommandsHandler } from './find-queued-commands.js';
import { FindSchedulesHandler } from './find-schedules.js';
import { GetQueuedCommandHandler } from './get-queued-command.js';
import { PauseScheduleHandler } from './pause-schedule.js';
import { QueuedCommandHistory } from './queued-command-history.js';
import { RetryQueuedCommandHandler } from './retry-queued-command.js';
import { RunScheduleHandler } from './run-schedule.js';

/** What people ask of schedules and queued commands, for the wiring of messaging. */
export const scheduleHandlers: readonly Provider[] = [
  QueuedCommandHistory,
  FindSchedulesHandler,
  RunScheduleHandler,
  PauseScheduleHandler,
  FindQueuedCommandsHandler,
  GetQueuedCommandHandler,
  RetryQueuedCommandHandler,
  CancelQueuedCommandHandler,
];
