import { z } from 'zod';
import type { RecordedNotification } from './notification-history.js';
import type { Notification } from './notification.js';

/** A notification as others may see it, without its content. */
export const notificationStateSchema = z.strictObject({
  id: z.string(),
  channel: z.literal('email'),
  eventId: z.string(),
  ruleId: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  state: z.enum(['due', 'sent', 'exhausted']),
  dueAtMs: z.int().nullable(),
  /** Why it was given up, or why a due one is not even tried. */
  reason: z.string().nullable(),
  attemptsMade: z.int(),
  createdAtMs: z.int(),
});

/** One notification with its content and its tries, oldest first. */
export const notificationDetailSchema = notificationStateSchema.extend({
  text: z.string().nullable(),
  html: z.string().nullable(),
  attempts: z.array(
    z.strictObject({
      number: z.int(),
      startedAtMs: z.int(),
      durationMs: z.int(),
      accepted: z.boolean(),
      response: z.string(),
    }),
  ),
});

export type NotificationState = z.infer<typeof notificationStateSchema>;
export type NotificationDetail = z.infer<typeof notificationDetailSchema>;

/** @param unavailableBecause why no mail is sent now, null when mails are sent */
export function notificationState(
  notification: Notification,
  unavailableBecause: string | null,
): NotificationState {
  const { id, eventId, ruleId, to, subject, progress, attemptsMade, createdAtMs } = notification;
  return {
    id,
    channel: 'email',
    eventId,
    ruleId,
    to: [...to],
    subject,
    state: progress.state,
    dueAtMs: progress.state === 'due' ? progress.dueAtMs : null,
    reason: reasonOf(notification, unavailableBecause),
    attemptsMade,
    createdAtMs,
  };
}

export function notificationDetail(
  { notification, attempts }: RecordedNotification,
  unavailableBecause: string | null,
): NotificationDetail {
  const { text, html } = notification;
  const state = notificationState(notification, unavailableBecause);
  return { ...state, text, html, attempts: [...attempts] };
}

function reasonOf({ progress }: Notification, unavailableBecause: string | null): string | null {
  switch (progress.state) {
    case 'due':
      return unavailableBecause;
    case 'sent':
      return null;
    case 'exhausted':
      return progress.reason;
  }
}
