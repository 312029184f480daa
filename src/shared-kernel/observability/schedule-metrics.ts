import { counter, gauge, histogram } from './definitions.js';

/** Queued commands and schedules; a minute means that something held them up. */
const latenessSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 3_600];

/** Metrics of queued commands, schedules and retention; a part of the table of names. */
export const scheduleMetrics = {
  signalbox_queued_commands_total: counter(
    'messaging',
    'runs',
    'Runs of queued commands by how they ended: done, retried, dead, lost to another run.',
    ['command', 'outcome'],
  ),
  signalbox_queued_command_lateness_seconds: histogram(
    'messaging',
    'seconds',
    'Time from when a queued command was due until its first try began.',
    [],
    latenessSeconds,
  ),
  signalbox_schedule_runs_total: counter(
    'messaging',
    'runs',
    'Runs of schedules by how they ended: done, skipped, retried, failed, lost, unknown.',
    ['schedule', 'outcome'],
  ),
  signalbox_schedule_lateness_seconds: histogram(
    'messaging',
    'seconds',
    'Time from when a schedule was due until its first try began.',
    [],
    latenessSeconds,
  ),

  signalbox_event_log_oldest_age_seconds: gauge(
    'messaging',
    'seconds',
    'Age of the oldest event in the log.',
    [],
  ),
  signalbox_retention_events_total: counter(
    'messaging',
    'events',
    'Events that left the log: archived, or removed when no archive is kept.',
    ['outcome'],
  ),
  signalbox_archived_bytes_total: counter(
    'messaging',
    'bytes',
    'Bytes written to the archive, compressed.',
    [],
  ),
  signalbox_retention_rows_total: counter(
    'messaging',
    'rows',
    'Old rows that were removed, by table.',
    ['table'],
  ),
} as const;
