import type { Provider } from '@nestjs/common';
import { CommandClasses } from './command-classes.js';
import { PerformParts } from './perform-parts.js';
import { PerformQueuedCommands } from './perform-queued-commands.js';
import { PerformSchedules } from './perform-schedules.js';
import { QueuedCommands } from './queued-commands.js';
import { ScheduleBook } from './schedule-book.js';
import { scheduleHandlers } from './schedule-handlers.js';
import { StoredSchedules } from './stored-schedules.js';

/** What runs queued commands and schedules, for the wiring of messaging. */
export const scheduleProviders: readonly Provider[] = [
  QueuedCommands,
  CommandClasses,
  PerformParts,
  PerformQueuedCommands,
  StoredSchedules,
  ScheduleBook,
  PerformSchedules,
  ...scheduleHandlers,
];
