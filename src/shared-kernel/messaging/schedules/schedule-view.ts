import { z } from 'zod';

const time = z.iso.datetime();

/** A schedule as the API shows it. */
export const scheduleViewSchema = z.object({
  id: z.string(),
  timing: z.string().describe('A cron pattern and its time zone, or a fixed pause.'),
  state: z.enum(['active', 'paused']),
  nextRunAt: time.describe('The occurrence that has not run yet.'),
  lastRunAt: time.nullable(),
  lastError: z.string().nullable().describe('Why the last run failed; null when it did not.'),
  failedTries: z.int().describe('Tries of that occurrence that failed.'),
});

/** A queued command as lists show it. */
export const queuedCommandViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  version: z.int(),
  state: z.enum(['due', 'done', 'dead', 'cancelled']),
  key: z.string().nullable().describe('Commands with the same key run one after another.'),
  dueAt: time.describe('When it was to run first.'),
  nextTryAt: time.nullable().describe('When it is tried next; null when it has ended.'),
  failedTries: z.int(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  correlationId: z.string(),
  causationId: z.string().nullable(),
  createdAt: time,
  settledAt: time.nullable(),
});

/** A queued command with its input. */
export const queuedCommandDetailSchema = queuedCommandViewSchema.extend({ input: z.unknown() });
