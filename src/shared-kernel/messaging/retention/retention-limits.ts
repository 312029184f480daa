/** How long things are kept, in days. */
export abstract class RetentionLimits {
  /** Events in the log; older ones go to the archive. */
  abstract readonly eventLogKeepDays: number;
  /** Events in the archive; 0 keeps no archive: what leaves the log is gone. */
  abstract readonly archiveKeepDays: number;
  /** Rows about what is over: webhooks, deliveries, notifications, evaluations, commands. */
  abstract readonly historyKeepDays: number;
  /** What tells the repeat of a webhook. */
  abstract readonly dedupeWindowDays: number;
}

export const dayMs = 24 * 60 * 60 * 1_000;
