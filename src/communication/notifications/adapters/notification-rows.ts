import type { Selectable } from 'kysely';
import type { MailState } from '../domain/mail.js';
import type { Notification, NotificationAttempt } from '../domain/notification.js';

interface NotificationTable {
  id: string;
  tenant: string;
  event_id: string;
  rule_id: string;
  action_index: number;
  channel: 'email';
  /** JSON. */
  recipients: string;
  subject: string;
  text: string | null;
  html: string | null;
  state: MailState['state'];
  /** Null once settled; while a try runs, the end of its lease. */
  due_at_ms: number | null;
  /** Why it was given up. */
  reason: string | null;
  claims: number;
  /** The instance that tries it now. */
  claimed_by: string | null;
  /** Since it last became due by hand or was made. */
  tries: number;
  attempts_made: number;
  traceparent: string | null;
  correlation_id: string | null;
  causation_id: string | null;
  hops: number;
  created_at_ms: number;
  settled_at_ms: number | null;
}

interface AttemptTable {
  notification_id: string;
  number: number;
  tenant: string;
  started_at_ms: number;
  duration_ms: number;
  accepted: number;
  response: string;
}

/** Tables of notifications and their tries. */
export interface NotificationTables {
  notification: NotificationTable;
  notification_attempt: AttemptTable;
}

export type NotificationRow = Selectable<NotificationTable>;
export type AttemptRow = Selectable<AttemptTable>;

export function notificationOf(row: NotificationRow): Notification {
  return {
    id: row.id,
    tenant: row.tenant,
    eventId: row.event_id,
    ruleId: row.rule_id,
    actionIndex: row.action_index,
    to: JSON.parse(row.recipients) as string[],
    subject: row.subject,
    text: row.text,
    html: row.html,
    progress: progressOf(row),
    attemptsMade: row.attempts_made,
    createdAtMs: row.created_at_ms,
  };
}

function progressOf(row: NotificationRow): MailState {
  const { state, tries: attempts } = row;
  switch (state) {
    case 'due':
      return { state, dueAtMs: row.due_at_ms ?? row.created_at_ms, attempts };
    case 'sent':
      return { state, sentAtMs: row.settled_at_ms ?? row.created_at_ms, attempts };
    case 'exhausted':
      return { state, reason: row.reason ?? '', attempts };
  }
}

/** What a change of progress writes; `settledAtMs` is when it ended, if it has. */
export function progressColumns(progress: MailState, settledAtMs: number) {
  return {
    state: progress.state,
    due_at_ms: progress.state === 'due' ? progress.dueAtMs : null,
    reason: progress.state === 'exhausted' ? progress.reason : null,
    tries: progress.attempts,
    settled_at_ms: progress.state === 'due' ? null : settledAtMs,
  };
}

export function attemptOf(row: AttemptRow): NotificationAttempt {
  return {
    number: row.number,
    startedAtMs: row.started_at_ms,
    durationMs: row.duration_ms,
    accepted: row.accepted === 1,
    response: row.response,
  };
}
