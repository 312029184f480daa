import { isoTime } from '#shared-kernel/domain/clock.js';
import type { PipelineMessage } from '#shared-kernel/messaging/pipeline-message.js';
import { notificationErrors } from '../errors.js';
import type { Notification, Settlement } from './notification.js';

/** Puts on the try's message what is known before it begins. */
export function reportTry({ facts }: PipelineMessage, notification: Notification): void {
  facts['organization.id'] = notification.tenant;
  facts['labels.notification_id'] = notification.id;
  facts['labels.channel'] = 'email';
  facts['labels.event_id'] = notification.eventId;
  facts['labels.rule_id'] = notification.ruleId;
  facts['labels.attempt'] = notification.attemptsMade + 1;
}

/** Puts on the try's message how it ended. */
export function reportOutcome(
  message: PipelineMessage,
  { notification: { progress }, attempt }: Settlement,
): void {
  message.facts['event.reason'] = attempt.response;
  if (progress.state === 'sent') return;
  if (progress.state === 'due') message.facts['labels.retry_at'] = isoTime(progress.dueAtMs);
  message.failure = notificationErrors.mailNotAccepted(attempt.response);
}

/** The lease ran out and another claim holds the notification: its outcome counts, not this one. */
export function reportLostClaim(message: PipelineMessage): void {
  message.facts['event.reason'] = 'another claim took the notification over';
}
